import { createHash } from 'node:crypto'
import { invalid, MonitorError } from '../../src/domain/errors'
import { Secret } from '../../src/domain/secret'
import { parseApiOptions, type ApiKey, type ApiOptions } from '../../src/serving/api-options'
import type { SettingsOf } from '../shared/schema'
import type { KeyRow, schema } from './kasa-api.schema'

type Settings = SettingsOf<typeof schema>
type Credentials = Readonly<Record<string, string | undefined>>

const SHORTEST_KEY = 16
const LONGEST_KEY = 256
/** Of what a header can hold, what is no space. */
const KEY = /^[\x21-\x7e]+$/

export interface Surroundings {
  readonly id: string
  /** Equal for the same database in every process. */
  readonly database: string | undefined
  /** Of this deploy. */
  readonly instance: string
  /** Node-RED asks for a login before it hands requests on. */
  readonly is_behind_login: boolean
}

/** @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it */
export function apiOptions(settings: Settings, credentials: Credentials, surroundings: Surroundings): ApiOptions {
  const { id, database = '', instance, is_behind_login } = surroundings
  const { commands, fleet, tariff } = settings
  const keys = keysOf(settings.keys, credentials)
  const canCommand = keys.length === 0 ? is_behind_login : keys.some(({ right }) => right === 'command')
  if (commands === 'yes' && !canCommand) {
    const range = 'a key that may command, or httpNodeAuth in the settings of Node-RED'
    throw invalid('CONFIG_INVALID', 'commands', commands, range)
  }
  return {
    ...parseApiOptions(settings),
    ...{ keys, instance, is_behind_login },
    identity: shortHash([id, database, fleet, tariff]),
    origins: originsIn(settings.origins),
  }
}

function keysOf(rows: readonly KeyRow[], credentials: Credentials): ApiKey[] {
  const names = new Set<string>()
  return rows.map(({ slot, name, right }) => {
    if (names.has(name)) throw invalid('CONFIG_INVALID', 'keys', name, 'names that no other key has')
    names.add(name)
    return { name, right, secret: new Secret(secretIn(`key_${slot}`, name, credentials)) }
  })
}

function secretIn(field: string, name: string, credentials: Credentials): string {
  const given = credentials[field] ?? ''
  if (given.length >= SHORTEST_KEY && given.length <= LONGEST_KEY && KEY.test(given)) return given
  // The value is not repeated: it is a password.
  const range = `${SHORTEST_KEY} to ${LONGEST_KEY} letters, digits and signs, without spaces`
  throw new MonitorError('CONFIG_INVALID', `The key '${name}': expected ${range}`, { details: { field, range } })
}

function originsIn(text: string): string[] {
  const origins = text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
  for (const origin of origins) {
    const isOne = origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)
    if (!isOne) throw invalid('CONFIG_INVALID', 'origins', origin, 'origins such as https://home.example, or *')
  }
  return origins
}

function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
}
