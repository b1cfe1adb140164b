import type { ErrorCode } from '../../src/domain/errors'
import type { FleetDevice } from '../../src/polling/fleet'
import type { StatusKind } from '../shared/status'

/** Why a device is not online, where a person has to do something about it. */
const CAUSES: { readonly [Code in ErrorCode]?: string } = {
  LOGIN_REFUSED: 'login refused',
  DEVICE_UNSUPPORTED: 'unsupported',
}

/** How the devices of a node are, in a few words. `slowdown`: how many times more slowly than usual they are polled. */
export function fleetStatus(
  devices: readonly Pick<FleetDevice, 'state' | 'error'>[],
  slowdown = 1,
): [StatusKind, string] {
  if (devices.length === 0) return ['idle', 'no devices yet']
  const count = (state: FleetDevice['state']) => devices.filter((device) => device.state === state).length
  const [online, offline] = [count('online'), count('offline')]
  const slow = slowdown > 1 ? `, ${slowdown} times slower` : ''
  const text = `${online} of ${devices.length} online${slow}${causesOf(devices)}`
  if (online === devices.length) return [slow ? 'waiting' : 'ready', text]
  if (offline === devices.length) return ['failed', text]
  return [offline === 0 ? 'busy' : 'waiting', text]
}

function causesOf(devices: readonly Pick<FleetDevice, 'state' | 'error'>[]): string {
  return Object.entries(CAUSES)
    .map(([code, words]) => ({ words, count: devices.filter(({ error }) => error?.code === code).length }))
    .filter(({ count }) => count > 0)
    .map(({ words, count }) => `, ${count} ${words}`)
    .join('')
}
