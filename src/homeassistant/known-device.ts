import type { Device } from '../domain/device'
import type { DetailKey, DeviceDetails } from '../domain/device-details'
import type { MeasuredKey, Reading } from '../domain/reading'

/** What a state is made of; `energy_cost` where there is a price. */
export type StateKey = MeasuredKey | DetailKey | 'energy_cost' | 'offline_reason'

/** Everything that is known of one device, as its entities and its state need it. */
export interface KnownDevice {
  readonly device_id: string
  readonly parent?: KnownDevice | undefined
  readonly outlets: readonly KnownDevice[]
  readonly alias: string
  readonly model: string
  /** Absent where its readings are all that is known of it. */
  readonly device?: Device | undefined
  readonly details: DeviceDetails
  /** Absent until its first one since the start. */
  readonly reading?: Reading | undefined
  /** Those that it has ever told, over restarts too: a state always has them, with null where a value is unknown. */
  readonly keys: ReadonlySet<StateKey>
  /** What its energy has cost, in the currency of the price. */
  readonly energy_cost?: number | undefined
  /** Why it does not answer: code and message of the error. Absent while it does, and where nobody knows. */
  readonly offline_reason?: string | undefined
}
