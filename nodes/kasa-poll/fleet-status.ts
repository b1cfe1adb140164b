import type { FleetDevice } from '../../src/polling/fleet'
import type { StatusKind } from '../shared/status'

/** How the devices of a node are, in a few words. */
export function fleetStatus(devices: readonly Pick<FleetDevice, 'state' | 'error'>[]): [StatusKind, string] {
  if (devices.length === 0) return ['idle', 'no devices yet']
  const count = (state: FleetDevice['state']) => devices.filter((device) => device.state === state).length
  const [online, offline] = [count('online'), count('offline')]
  const text = `${online} of ${devices.length} online`
  if (online === devices.length) return ['ready', text]
  if (offline === devices.length) {
    const refused = devices.every((device) => device.error?.code === 'LOGIN_REFUSED')
    return ['failed', refused ? 'login refused' : text]
  }
  return [offline === 0 ? 'busy' : 'waiting', text]
}
