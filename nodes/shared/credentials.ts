import { MonitorError } from '../../src/domain/errors'

/** What Node-RED leaves of a credential that names an environment variable which is not set. */
const UNSET_VARIABLE = /^\$\{[^}]+\}$/

/** @throws MonitorError `CONFIG_INVALID` naming the field whose environment variable is not set */
export function assertVariables(credentials: Readonly<Record<string, string | undefined>>): void {
  for (const [field, value] of Object.entries(credentials)) {
    if (value === undefined || !UNSET_VARIABLE.test(value)) continue
    const range = 'a value; the environment variable that is named there is not set'
    throw new MonitorError('CONFIG_INVALID', `${field}: expected ${range}`, { details: { field, range } })
  }
}
