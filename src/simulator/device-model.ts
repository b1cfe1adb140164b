import type { Clock, Random } from '../domain/clock'
import type { Json, Modules } from './answer'
import type { Behaviours } from './behaviour'
import type { Hub } from './hub'
import type { Outlet } from './outlet'
import type { Timers } from './timers'

/** What a device is, apart from what it is asked and how it is reached. */
interface Described {
  readonly device_id: string
  /** Upper case, with colons or dashes as the device writes it. */
  readonly mac: string
  readonly model: string
  readonly alias: string
  /** As discovery tells it: `IOT.SMARTPLUGSWITCH`, `SMART.TAPOPLUG`. */
  readonly device_type: string
  readonly outlets: readonly Outlet[]
  /** Further keys of the answer to discovery, beside those that follow from the device: `obd_src`, `hw_ver`. */
  readonly discovery?: Json
}

/** A device that knows the older commands. */
export interface IotModel extends Described {
  readonly protocol: 'iot'
  readonly modules: Modules
  /** Replies that stand for a whole module. */
  readonly moduleReplies?: ReadonlyMap<string, Json>
}

/** A device that knows the newer commands. */
export interface SmartModel extends Described {
  readonly protocol: 'smart'
  /** What it hears, where it is a hub. */
  readonly hub?: Hub | undefined
  /** The reply to a request, both JSON; `undefined`: the device says nothing. */
  answer(text: string): string | undefined
}

export type DeviceModel = IotModel | SmartModel

/** What a model may use of the device around it. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
  readonly behaviours: Behaviours
  /**
   * Of smart models, asked for each method, those of outlets and inside batches too: counts it, and gives what a script or
   * a behaviour has the device reply instead, `{ error_code, result }`.
   */
  instead(method: string): Json | undefined
  reboot(delay_ms: number): void
}

/** What makes a device that one: told by `get_sysinfo`. */
export interface Identity {
  readonly device_id: string
  /** Upper case with colons. */
  readonly mac: string
}
