export const DEVICE_KINDS = [
  'plug',
  'strip',
  'outlet',
  'switch',
  'dimmer',
  'bulb',
  'light-strip',
  'hub',
  'sensor',
  'button',
  'valve',
  'fan',
  'other',
] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/** One thing with a relay, a meter, a light or a sensor. */
export interface Device {
  device_id: string
  parent_id?: string
  alias: string
  /** With region, as the device says it: `HS110(EU)`. */
  model: string
  host: string
  kind: DeviceKind
  /** Name of the integration that speaks to it: `kasa`. */
  integration: string
  /** Upper case with colons. */
  mac?: string
  firmware?: string
  hardware?: string
  /** What it can do; a node offers only that. */
  features: readonly DeviceFeature[]
  /** Of lights with `color-temperature`, where the device tells it. */
  color_temp_range?: { readonly minimum_k: number; readonly maximum_k: number }
  /** Of lights with `effect`: the names that its command takes, beside `off`. */
  effects?: readonly string[]
  /** Of lights with `light-preset`: how many there are. */
  light_presets?: number
  /** State at the moment of the description. */
  on?: boolean
}

export const DEVICE_FEATURES = [
  'relay',
  'energy',
  'brightness',
  'color',
  'color-temperature',
  'led',
  'countdown',
  'effect',
  'auto-off',
  'child-lock',
  'auto-update',
  'smooth-transitions',
  'smooth-on-off',
  'power-protection',
  'motion-sensor',
  'light-preset',
  'recorded-energy',
  'motion',
] as const
export type DeviceFeature = (typeof DEVICE_FEATURES)[number]
