import { invalid } from '../../src/domain/errors'
import { credentialsFrom } from '../../src/integrations/credentials'
import type { Credentials } from '../../src/integrations/integration'
import { Logins } from '../../src/integrations/kasa/login'
import { assertVariables } from '../shared/credentials'

/** By the number that a row of the list of hosts names; the first is for all that name none. */
export type FleetLogins = ReadonlyMap<number, Credentials>

const SUFFIXES = [
  [1, ''],
  [2, '_2'],
  [3, '_3'],
] as const

/**
 * The accounts of the dialog.
 * @throws MonitorError `CONFIG_INVALID` naming the field; what is secret is never repeated in it
 */
export function loginsOf(given: Readonly<Record<string, string | undefined>>): FleetLogins {
  assertVariables(given)
  const logins = new Map<number, Credentials>()
  for (const [number, suffix] of SUFFIXES) {
    const fields = { username: `username${suffix}`, password: `password${suffix}`, hash: `hash${suffix}` }
    const credentials = credentialsFrom(given, fields, 'CONFIG_INVALID')
    if (!credentials) continue
    // A hash that is none shows at deploy, not at the first contact.
    new Logins(credentials)
    logins.set(number, credentials)
  }
  return logins
}

/** @throws MonitorError `CONFIG_INVALID` for a number that no account has */
export function chosenLogin(logins: FleetLogins, number: number, field: string): Credentials {
  const credentials = logins.get(number)
  if (credentials) return credentials
  throw invalid('CONFIG_INVALID', field, number, 'the number of an account that is filled in under Access')
}
