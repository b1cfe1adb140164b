import type { SavedPeriodUse } from '../../domain/tariffs/period-use'
import type { JsonValue, Platform } from '../entities/component'
import type { StateKey } from '../known-device'
import type { HomeAssistantOptions } from '../options'
import type { SavedCost } from '../state/energy-cost'

export type Form = Exclude<HomeAssistantOptions['discovery'], 'off'>

/** What was announced of a device, and where. */
export interface Announced {
  readonly form: Form
  readonly prefix: string
  readonly base: string
  /** By component id: those that are there. */
  readonly components: ReadonlyMap<string, Platform>
  /** Those that the message says are there no longer. */
  readonly gone: ReadonlyMap<string, Platform>
}

/** What outlives a restart of one device. Whoever changes it says so to the inventory. */
export interface DeviceRecord {
  alias: string
  model: string
  parent_id: string | undefined
  /** The fleet that polls it. */
  fleet_id: string | undefined
  /** Those that it has ever told. */
  readonly keys: Set<StateKey>
  cost: SavedCost | undefined
  /** Of the bridge: what all devices have used. */
  household: readonly SavedPeriodUse[] | undefined
  /** What the alerts there have to know after a restart: who reads it checks it. */
  alerts: JsonValue | undefined
  /** Of the announcer alone. */
  announced: Announced | undefined
}

export function emptyRecord(): DeviceRecord {
  return {
    alias: '',
    model: '',
    parent_id: undefined,
    fleet_id: undefined,
    keys: new Set(),
    cost: undefined,
    household: undefined,
    alerts: undefined,
    announced: undefined,
  }
}
