import type { AccountOption } from '../account'
import type { PowerSource } from '../power-source'

/** How a device is spoken to: `klap-1` and `klap-2` hash the account differently; `tpap-closed` lets nobody in. */
export const SPOKEN_TRANSPORTS = ['xor', 'klap-1', 'klap-2', 'aes', 'tpap', 'tpap-closed'] as const
export type SpokenTransport = (typeof SPOKEN_TRANSPORTS)[number]

/** How a device lets itself be spoken to, and by whom. */
export interface AccessOptions {
  /** Default: `xor` with the older commands, `klap-2` with the newer ones. */
  readonly speaks?: SpokenTransport
  /** Of `aes`: 1 sends the password itself, 2 a hash of it. Default: 2. */
  readonly login_version?: 1 | 2
  /** Over TLS, with a certificate of its own making. Default: false. */
  readonly secure?: boolean
  /** Who may log in. Default: `SIMULATED_ACCOUNT`. */
  readonly account?: AccountOption
}

/** What every simulated device can be told at birth. */
export interface DeviceOptions extends AccessOptions {
  /** Default: the model's name. */
  readonly alias?: string
  /** An address in 127.0.0.0/8. Default: the next free one of the simulator. */
  readonly host?: string
  /** Default: made from the address. */
  readonly device_id?: string
  readonly mac?: string
  /** Default: on. */
  readonly on?: boolean
  /** Its HTTP server starts only after a discovery probe, as that of a P110 with firmware 1.4.6. Default: false. */
  readonly asleep?: boolean
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
