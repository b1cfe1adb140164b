import type { MeasuredKey } from '../../domain/reading'
import type { TimeRange } from '../history/record-source'
import type { RollUp } from './roll-up'
import type { Source, Tier, TierPlan } from './tier'

/**
 * The tiers of one store. It computes near the data, and knows nothing of when or why; `src/retention` does. One contract
 * suite runs on every kind. @throws MonitorError `DATABASE_UNSUPPORTED` where a kind cannot do it, `DATABASE_UNAVAILABLE`, ...
 */
export interface TierStore {
  /**
   * Who deletes what is past its life. `us`: `expire` does. `server`: nothing but the retention that `prepare` has set up,
   * because the server cannot delete.
   */
  readonly expiry: 'us' | 'server'
  /** Makes what the tiers need, as far as it is missing: tables; on servers policies, buckets, databases with their retention. */
  prepare(plan: TierPlan, retention: ServerRetention): Promise<Preparation>
  /** What `prepare` would tell; nothing is made or changed. */
  examine(plan: TierPlan, retention: ServerRetention): Promise<Preparation>
  /** From the first row to just behind the last one; undefined where there is none. */
  extent(source: Source): Promise<TimeRange | undefined>
  /** Those that have rows in the range, in order. */
  devices(source: Source, range: TimeRange): Promise<string[]>
  /** Rows made of raw readings, by device and then by time; nothing is written. A bucket in which nothing is known gives none. */
  rollUp(order: RollUpOrder): Promise<RollUp[]>
  /** Resolves when the rows are durable; a row of the same device and moment is replaced. */
  write(tier: Tier, rows: readonly RollUp[]): Promise<void>
  /** Rows whose buckets begin in the range, by device and then by time. */
  read(query: RollUpQuery): Promise<RollUp[]>
  /** Good raw readings in each bucket, of each device that has any. */
  count(order: CountOrder): Promise<readonly DeviceCount[]>
  /** How many rows there are in the range, and roughly how many bytes; what it would cost to know is absent. */
  measure(source: Source, range: TimeRange): Promise<Measure>
  /**
   * Deletes what begins in the range, of the devices named or of all. In steps, so that others have their turn.
   * @returns rows, as far as it is known
   */
  expire(order: ExpireOrder): Promise<number>
  /** The first stretch of the range that `expire` would refuse, because more than it is asked for would go. */
  undeletable(source: Source, range: TimeRange): Promise<Undeletable | undefined>
  /** What the store takes on disk now, but for what it works with. */
  size(): Promise<StoreSize>
  /** Gives free space back to the system, some of it at a time. @returns whether there is more to give */
  shrink(): Promise<boolean>
}

export interface RollUpOrder {
  /** One after the other without a gap. */
  readonly buckets: readonly TimeRange[]
  /** Empty: all devices. */
  readonly device_ids: readonly string[]
  /** Empty: all. */
  readonly fields: readonly MeasuredKey[]
}

export interface RollUpQuery extends TimeRange {
  readonly tier: Tier
  /** Empty: all devices. */
  readonly device_ids: readonly string[]
  /** Empty: all. */
  readonly fields: readonly MeasuredKey[]
}

export interface CountOrder {
  readonly buckets: readonly TimeRange[]
  /** Empty: all devices. */
  readonly device_ids: readonly string[]
}

export interface DeviceCount {
  readonly device_id: string
  /** In the order of the buckets. */
  readonly counts: readonly number[]
}

export interface ExpireOrder extends TimeRange {
  readonly source: Source
  /** Empty: all devices. */
  readonly device_ids: readonly string[]
}

export interface Undeletable extends TimeRange {
  /** What keeps it, and what a person can do: sentences that stay the same as long as that does. */
  readonly reason: string
}

export interface Measure {
  readonly rows?: number
  readonly bytes?: number
}

export interface StoreSize {
  readonly size_bytes?: number
  /** In the file, and of no use: new rows take it first. */
  readonly free_bytes?: number
  /** It takes no more than that; absent where nobody has set it a limit. */
  readonly maximum_bytes?: number
}

/** What a server may be told about how long it keeps what. */
export interface ServerRetention {
  /** `tiers`: of the places that are ours alone; `everything`: of the raw readings as well; `nothing`: it is only looked at. */
  readonly set_up: 'tiers' | 'everything' | 'nothing'
  /** How much longer than its life a server keeps anything, days: what is not rolled up yet is not to be deleted. */
  readonly margin_days: number
}

export interface Preparation {
  /** What a person should know or do, in sentences. */
  readonly findings: readonly string[]
  /** How long the server itself keeps raw readings; absent: for ever, or it is a file. */
  readonly raw_retention_ms?: number
}
