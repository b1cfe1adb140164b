import type { Device } from '../domain/device'
import { invalid } from '../domain/errors'
import type { Connection } from '../integrations/integration'

/**
 * The outlet that a person means by its id or the end of it.
 * @throws MonitorError `INPUT_INVALID` where no outlet, or more than one, is meant
 */
export async function outletId(connection: Connection, wanted: string): Promise<string> {
  const ids = outletsOf(await connection.describe())
  const meant = ids.filter((id) => id === wanted || id.endsWith(wanted))
  const id = meant.includes(wanted) ? wanted : meant[0]
  if (id !== undefined && (meant.length === 1 || id === wanted)) return id
  const range = ids.length === 0 ? `no --outlet: ${connection.host} has none` : `one of ${ids.join(', ')}`
  throw invalid('INPUT_INVALID', '--outlet', wanted, range)
}

export function outletsOf(devices: readonly Device[]): string[] {
  return devices.filter((device) => device.parent_id !== undefined).map((device) => device.device_id)
}
