import type { Clock, Random } from '../domain/clock'
import type { Json, Modules } from './answer'
import type { Outlet } from './outlet'
import type { Timers } from './timers'

/** What a device is and says, apart from how it is reached. */
export interface DeviceModel {
  readonly device_id: string
  readonly mac: string
  readonly model: string
  readonly alias: string
  readonly outlets: readonly Outlet[]
  readonly modules: Modules
  /** Replies that stand for a whole module. */
  readonly moduleReplies?: ReadonlyMap<string, Json>
}

/** What a model may use of the device around it. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
  reboot(delay_ms: number): void
}

/** What makes a device that one: told by `get_sysinfo`. */
export interface Identity {
  readonly device_id: string
  /** Upper case with colons. */
  readonly mac: string
}
