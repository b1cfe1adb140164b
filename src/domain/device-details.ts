/**
 * What a device says of itself beside what it measures: how it is set, and how it stands. It is no reading: it changes
 * rarely, and nobody stores it. What a device did not say is absent.
 */
export interface DeviceDetails {
  device_id: string
  /** The light on the device itself that shows its state. */
  led?: boolean
  /** The name of the effect that a light plays; `off`: none. */
  effect?: string
  /** Off by itself so long after each switching on; 0: never. */
  auto_off_min?: number
  /** When it will go off by itself, ms since the epoch, UTC. */
  auto_off_at?: number
  /** Since when it has been on, ms since the epoch, UTC; held, so that it does not waver with every poll. */
  on_since?: number
  cloud_connected?: boolean
  /** The name of the radio network. */
  ssid?: string
  /** As the device rates its radio: 0 to 3, 3 the best. */
  signal_level?: number
  child_lock?: boolean
  /** Whether it installs new firmware by itself. */
  auto_update?: boolean
  /** Whether a light fades when it is switched; others tell how long they take for it. */
  smooth_transitions?: boolean
  /** How long a light takes to go on; 0: none. */
  smooth_on_s?: number
  smooth_off_s?: number
  /** Whether the motion sensor of a wall switch works. */
  motion_sensor?: boolean
  /** Off by itself above so much; 0: never. */
  power_limit_w?: number
  /** What a light shines like of what a person has kept for it, by its number from 1; 0: none of it. */
  light_preset?: number
}

export type DetailKey = Exclude<keyof DeviceDetails, 'device_id'>

export const DETAIL_KEYS = [
  'led',
  'effect',
  'auto_off_min',
  'auto_off_at',
  'on_since',
  'cloud_connected',
  'ssid',
  'signal_level',
  'child_lock',
  'auto_update',
  'smooth_transitions',
  'smooth_on_s',
  'smooth_off_s',
  'motion_sensor',
  'power_limit_w',
  'light_preset',
] as const satisfies readonly DetailKey[]
