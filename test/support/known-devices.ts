import type { Device, DeviceKind } from '../../src/domain/device'
import type { DeviceDetails } from '../../src/domain/device-details'
import { isMeasuredKey, type Reading } from '../../src/domain/reading'
import type { KnownDevice, StateKey } from '../../src/homeassistant/known-device'
import { parseHomeAssistantOptions } from '../../src/homeassistant/parse-options'
import { Topics } from '../../src/homeassistant/topics'
import { reading } from './readings'

export const TOPICS = new Topics('kasa', 'homeassistant')

/** Of a bridge, the rest by default. */
export function context(given: Readonly<Record<string, unknown>> = {}) {
  return { topics: TOPICS, options: parseHomeAssistantOptions(given) }
}

export interface GivenDevice {
  readonly device_id?: string
  readonly alias?: string
  /** Absent: nobody has described it. */
  readonly device?: { readonly kind: DeviceKind } & Partial<Device>
  /** What it says; absent: nothing since the start. */
  readonly reading?: Partial<Reading>
  readonly details?: Omit<DeviceDetails, 'device_id'>
  /** What it has told before. */
  readonly keys?: readonly StateKey[]
  readonly outlets?: readonly KnownDevice[]
}

/** A device as the bridge knows it, its outlets knowing it as their parent. */
export function knownDevice(given: GivenDevice = {}): KnownDevice {
  const { device_id = 'A1', alias = 'Kettle', device, details = {}, keys = [] } = given
  const common = { device_id, alias, model: 'HS110(EU)', host: '127.0.0.1' }
  const said = given.reading && bare(reading({ ...common, ...given.reading }), given.reading)
  const told = [...Object.keys(said ?? {}).filter(isMeasuredKey), ...(Object.keys(details) as StateKey[]), ...keys]
  const known = {
    ...common,
    device: device && { integration: 'kasa', features: [], ...common, ...device },
    details: { device_id, ...details },
    reading: said,
    keys: new Set(told),
    outlets: [] as KnownDevice[],
  }
  known.outlets = (given.outlets ?? []).map((outlet) => ({ ...outlet, parent: known }))
  return known
}

/** Measured is only what was given. */
function bare(whole: Reading, given: Partial<Reading>): Reading {
  const kept = Object.entries(whole).filter(([key]) => !isMeasuredKey(key) || Object.hasOwn(given, key))
  return Object.fromEntries(kept) as unknown as Reading
}
