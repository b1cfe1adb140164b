import type { StateChange } from '../../alerting/incidents/incident'
import type { Clock } from '../../domain/clock'
import type { Broker } from '../../mqtt/broker'
import type { Inventory } from '../discovery/inventory'
import type { Components } from '../entities/component'
import type { HomeAssistantOptions } from '../options'
import type { Topics } from '../topics'

/** On whose page of Home Assistant what happens to a subject is shown. */
export interface AlertHomes {
  /** The device itself, or its strip where it has no page of its own; undefined: the bridge, as it is no device. */
  homeOf(subject_id: string): string | undefined
  /** All devices that have a page. */
  all(): Iterable<string>
}

export interface AlertEntitiesOptions {
  readonly broker: Pick<Broker, 'keep' | 'forget' | 'deliver'>
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'alerts' | 'silence_min'>
  readonly clock: Clock
  /** Started before, stopped after. */
  readonly inventory: Pick<Inventory, 'record' | 'records' | 'changed'>
  readonly homes: AlertHomes
}

/** Whose announcement has to be made anew; undefined: that of the bridge. */
export type Touched = ReadonlySet<string | undefined>

/** What Home Assistant has of the alerts: problems, events, triggers and buttons, of each device and of the bridge. */
export class AlertEntities {
  constructor(private readonly options: AlertEntitiesOptions) {}

  /** Goes on with what was open before; after `Inventory.start`, and once the devices of before are known. */
  start(): void {}

  /** Publishes what is unpublished. May be called twice. */
  stop(): void {}

  changed(_change: StateChange): Touched {
    return new Set()
  }

  /** A device has got a page: what was told of it on the bridge's moves there. */
  appeared(_device_id: string): Touched {
    return new Set()
  }

  /** A device is there no longer, nor is what was told of it. */
  remove(_device_id: string): Touched {
    return new Set()
  }

  componentsOf(_device_id: string | undefined): Components {
    return {}
  }

  /** Everything that is retained of the alerts of a device, or of the bridge. */
  publish(_device_id: string | undefined): void {}
}
