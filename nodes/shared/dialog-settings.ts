import type { NodeAPI } from 'node-red'
import { invalid } from '../../src/domain/errors'
import { assertVariables } from './credentials'
import { readSettings, type NodeSchema, type SettingsOf } from './schema'
import { fillVariable, fillVariables } from './variables'

/** What a dialog asks about: settings and login as they stand there, deployed or not. */
export interface DialogSettings<Schema extends NodeSchema> {
  /** The node that is being edited. */
  readonly id: string
  readonly settings: SettingsOf<Schema>
  readonly login: Readonly<Record<string, string | undefined>>
}

type Given = Readonly<Record<string, unknown>>

/** What the dialog shows instead of a password that it does not know. */
const UNCHANGED = '__PWRD__'
const LONGEST_SECRET = 4096

/** @throws MonitorError `INPUT_INVALID`, `CONFIG_INVALID` naming the field; what is secret is never repeated in it */
export function parseDialogSettings<Schema extends NodeSchema>(
  RED: NodeAPI,
  schema: Schema,
  body: unknown,
): DialogSettings<Schema> {
  const { id, settings, credentials } = objectOf('body', body)
  if (typeof id !== 'string' || id === '' || id.length > 64)
    throw invalid('INPUT_INVALID', 'id', id, 'the id of a node')
  const node = RED.nodes.getNode(id)
  const resolve = (value: unknown) => fillVariable(RED, node, value)
  const deployed = (RED.nodes.getCredentials(id) ?? {}) as Given
  const given = objectOf('credentials', credentials ?? {})
  const login = loginOf(Object.keys(schema.credentials ?? {}), given, deployed, resolve)
  assertVariables(login)
  return { id, settings: readSettings(schema, fillVariables(RED, node, objectOf('settings', settings))), login }
}

/** Passwords that were not typed are those that the node was deployed with. */
function loginOf(
  keys: readonly string[],
  given: Given,
  deployed: Given,
  resolve: (value: unknown) => unknown,
): Record<string, string | undefined> {
  const entries = keys.map((key) => {
    const value = resolve(given[key] === UNCHANGED ? deployed[key] : given[key])
    if (value === undefined || value === '') return [key, undefined] as const
    if (typeof value === 'string' && value.length <= LONGEST_SECRET) return [key, value] as const
    // The value is not repeated: it is a password.
    throw invalid('INPUT_INVALID', key, typeof value, `text of at most ${LONGEST_SECRET} characters`)
  })
  return Object.fromEntries(entries)
}

function objectOf(field: string, value: unknown): Given {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given
  throw invalid('INPUT_INVALID', field, typeof value, 'an object')
}
