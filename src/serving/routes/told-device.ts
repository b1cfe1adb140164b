import type { FleetDevice } from '../../polling/fleet-device'

/** As the schema has it, whatever is added to the fleet's own. */
export function toldDevice(given: FleetDevice): object {
  const { host, alias, state, device_id, device, reading, details, interval_ms, error } = given
  return { host, alias, state, device_id, device, reading, details, interval_ms, error }
}
