import type { Clock, Random } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { Broker } from '../../mqtt/broker'
import type { HomeAssistantOptions } from '../options'
import type { Topics } from '../topics'
import type { Announcement } from './announcement'
import type { Inventory } from './inventory'

export interface AnnouncerOptions {
  readonly broker: Pick<Broker, 'keep' | 'forget' | 'subscribe' | 'status' | 'watch'>
  readonly topics: Topics
  readonly options: HomeAssistantOptions
  readonly clock: Clock
  readonly random: Random
  /** Started before, stopped after. */
  readonly inventory: Inventory
  readonly report: (error: MonitorError) => void
  /** After a birth: everything has been announced once more, and states may follow. */
  readonly reborn?: () => void
}

/** Tells Home Assistant which devices and entities there are: late enough to be right, never too fast, never twice. */
export class Announcer {
  constructor(private readonly options: AnnouncerOptions) {}

  /** Listens to what others do with our announcements. */
  start(): void {}

  /** What is announced stays. May be called twice. */
  stop(): void {}

  /** Without an id, the bridge itself. It goes out when it has stayed the same for a while. */
  announce(_device_id: string | undefined, _announcement: Announcement): void {}

  /** Takes it away from Home Assistant. */
  remove(_device_id: string | undefined): void {}

  /** Home Assistant has started: everything once more, once, however often it is called meanwhile. */
  birth(): void {}
}
