import { DEVICE_EVENTS, type DeviceEvent, PRESSES } from '../../src/domain/event'
import { TIMESTAMP_RANGE } from '../../src/domain/reading'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'

const NECESSARY = {
  event: (value) => typeof value === 'string' && Object.hasOwn(DEVICE_EVENTS, value),
  host: isText,
  alias: isText,
  timestamp: isTimestamp,
} as const satisfies { readonly [Key in keyof DeviceEvent]?: Check }

const POSSIBLE = {
  device_id: isText,
  on: (value) => typeof value === 'boolean',
  press: (value) => PRESSES.some((press) => press === value),
  rotation_deg: Number.isFinite,
  previous_host: isText,
  code: isText,
  message: isText,
} as const satisfies { readonly [Key in Exclude<keyof DeviceEvent, keyof typeof NECESSARY>]: Check }

/** Whether a message brings what has happened to a device, as `kasa-poll` sends it. */
export function isDeviceEvent(given: unknown): given is DeviceEvent {
  if (typeof given !== 'object' || given === null) return false
  const values = given as Readonly<Record<string, unknown>>
  const isNecessaryThere = Object.entries(NECESSARY).every(([key, isFit]) => isFit(values[key]))
  if (!isNecessaryThere) return false
  return Object.entries(POSSIBLE).every(([key, isFit]) => values[key] === undefined || isFit(values[key]))
}

/** ms since the epoch, UTC. */
export function isTimestamp(value: unknown): value is number {
  return typeof value === 'number' && value >= TIMESTAMP_RANGE.minimum && value <= TIMESTAMP_RANGE.maximum
}
