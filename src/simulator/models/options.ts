import type { PowerSource } from '../power-source'

/** What every simulated device can be told at birth. */
export interface DeviceOptions {
  /** Default: the model's name. */
  readonly alias?: string
  /** An address in 127.0.0.0/8. Default: the next free one of the simulator. */
  readonly host?: string
  /** Default: made from the address. */
  readonly device_id?: string
  readonly mac?: string
  /** Default: on. */
  readonly on?: boolean
}

/** Watts, or a source of them. */
export type Power = number | PowerSource

export interface PlugOptions<Model extends string> extends DeviceOptions {
  readonly model?: Model
  /** What the appliance draws while the relay is on. Default: 0 W. */
  readonly power?: Power
  /** Where the device's own counter starts. Default: 0. */
  readonly counter_wh?: number
}

export interface DimmerOptions<Model extends string> extends DeviceOptions {
  readonly model?: Model
  readonly brightness_pct?: number
}

export interface StripOptions<Model extends string> extends DeviceOptions {
  readonly model?: Model
  /** In the order of the sockets; those left out are named after the strip and draw 0 W. */
  readonly outlets?: readonly StripOutletOptions[]
  /** Some firmware gives outlets their number alone as id: `00` instead of the device's id with `00` behind it. */
  readonly short_outlet_ids?: boolean
}

export interface StripOutletOptions {
  readonly alias?: string
  readonly on?: boolean
  readonly power?: Power
  readonly counter_wh?: number
}

export interface LightOptions<Model extends string> extends DeviceOptions {
  readonly model?: Model
  readonly brightness_pct?: number
}
