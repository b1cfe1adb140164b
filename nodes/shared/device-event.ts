import { DEVICE_EVENTS, type DeviceEvent } from '../../src/domain/event'
import { TIMESTAMP_RANGE } from '../../src/domain/reading'

/** Whether a message brings what has happened to a device, as `kasa-poll` sends it. */
export function isDeviceEvent(given: unknown): given is DeviceEvent {
  if (typeof given !== 'object' || given === null) return false
  const { event, host, alias, timestamp } = given as Readonly<Record<string, unknown>>
  const isKnown = typeof event === 'string' && Object.hasOwn(DEVICE_EVENTS, event)
  return isKnown && typeof host === 'string' && typeof alias === 'string' && isTimestamp(timestamp)
}

/** ms since the epoch, UTC. */
export function isTimestamp(value: unknown): value is number {
  return typeof value === 'number' && value >= TIMESTAMP_RANGE.minimum && value <= TIMESTAMP_RANGE.maximum
}
