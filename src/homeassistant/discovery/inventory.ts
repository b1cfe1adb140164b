import type { Clock } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { HomeAssistantOptions } from '../options'
import type { StateKey } from '../known-device'
import type { JsonValue, Platform } from '../entities/component'

/** What a device has cost until now, and what its energy was then. */
export interface SavedCost {
  readonly amount: number
  readonly energy_kwh: number
}

/** What was announced of a device, and where. */
export interface Announced {
  readonly form: Exclude<HomeAssistantOptions['discovery'], 'off'>
  readonly prefix: string
  readonly node_id: string
  /** By component id: those that are there. */
  readonly components: ReadonlyMap<string, Platform>
  /** Those that are there no longer, as Home Assistant has to be told. */
  readonly gone: ReadonlyMap<string, Platform>
}

/** What outlives a restart of one device. Whoever changes it says so to the inventory. */
export interface DeviceRecord {
  alias: string
  model: string
  parent_id: string | undefined
  /** Those that it has ever told. */
  readonly keys: Set<StateKey>
  cost: SavedCost | undefined
  /** What the alerts there have to know after a restart: who reads it checks it. */
  alerts: JsonValue | undefined
  /** Of the announcer alone. */
  announced: Announced | undefined
}

export interface InventoryOptions {
  /** Absent: in memory alone. */
  readonly file: string | undefined
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
}

/** What Home Assistant has been told, and what has to outlive a restart of every device, in one file. */
export class Inventory {
  constructor(private readonly options: InventoryOptions) {}

  /** Reads the file. A damaged or foreign one is set aside and reported, never overwritten. */
  start(): Promise<void> {
    return Promise.resolve()
  }

  /** Saves what is unsaved. May be called twice. */
  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** Of one device, made where there is none; without an id, of the bridge itself. */
  record(_device_id?: string): DeviceRecord {
    return {
      alias: '',
      model: '',
      parent_id: undefined,
      keys: new Set(),
      cost: undefined,
      alerts: undefined,
      announced: undefined,
    }
  }

  /** Of all devices; that of the bridge has no id. */
  records(): IterableIterator<[device_id: string | undefined, DeviceRecord]> {
    return new Map<string | undefined, DeviceRecord>().entries()
  }

  /** Nothing of the device is kept, but what of it has to be taken back from Home Assistant. */
  forget(_device_id: string): void {}

  /** A record has changed: saved within a minute. */
  touch(): void {}

  /** A record has changed in a way that must not be lost: saved within 2 s. */
  changed(): void {}
}
