import { MonitorError } from '../../src/domain/errors'
import { isVariable } from './variables'

/** @throws MonitorError `CONFIG_INVALID` naming the field whose environment variable is not set */
export function assertVariables(credentials: Readonly<Record<string, string | undefined>>): void {
  for (const [field, value] of Object.entries(credentials)) {
    if (value === undefined || !isVariable(value)) continue
    const range = 'a value; the environment variable that is named there is not set'
    throw new MonitorError('CONFIG_INVALID', `${field}: expected ${range}`, { details: { field, range } })
  }
}
