/** Those of Home Assistant's that we make use of. */
export type Platform =
  'sensor' | 'binary_sensor' | 'switch' | 'light' | 'button' | 'number' | 'select' | 'event' | 'device_automation'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** One entity, or one trigger, as Home Assistant wants it: full keys, `unique_id` included. */
export interface Component {
  readonly platform: Platform
  readonly [key: string]: JsonValue
}

/** By component id: letters, digits, `_` and `-`; unique within a device. */
export type Components = Readonly<Record<string, Component>>
