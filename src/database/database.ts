import type { ErrorCode } from '../domain/errors'
import type { DurationCounts } from '../domain/histogram'
import type { BucketLength } from '../domain/local-buckets'
import type { MeasuredKey, Reading } from '../domain/reading'
import type { RecordedEnergy } from '../domain/recorded-energy'
import type { SpoolStatistics } from './spool/spool-options'
import type { DatabaseTiers } from './tiers/database-tiers'
import type { EnergySource } from './tiers/roll-up'

/**
 * Where readings live: a spool that has them on disk at once, and a store behind it that gets them when it can. One
 * contract suite runs on every kind.
 */
export interface Database {
  /** Opens the spool; the store may be away. @throws MonitorError `SPOOL_LOCKED`, `DATABASE_UNAVAILABLE` */
  start(): Promise<void>
  /** Sends what it can in a moment; the rest stays in the spool. May be called twice. */
  stop(): Promise<void>
  /**
   * Resolves when every reading is in the spool, durably: it then reaches the store, whatever happens. The same reading twice
   * changes nothing; readings whose source is `cache` are left out.
   * @throws MonitorError `INPUT_INVALID` (one bad reading refuses the whole call), `QUEUE_FULL`, `CLOSED`: nothing of
   * this call was accepted
   */
  write(readings: readonly Reading[]): Promise<WriteResult>
  /** Keeps what devices have recorded themselves apart from readings; otherwise as `write`. */
  writeRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult>
  /** Measurements of the user's own; otherwise as `write`. */
  writePoints(points: readonly Point[]): Promise<WriteResult>
  /** Resolves when what was accepted before is in the store, at the latest after `patience_ms`; true where it is. */
  settle(patience_ms: number): Promise<boolean>
  /** @throws MonitorError `CURSOR_INVALID`, `DATABASE_UNAVAILABLE`, `DATABASE_UNSUPPORTED`, ... */
  history(query: HistoryQuery): Promise<HistoryPage>
  /** The newest reading of each device, of all devices where none is named. */
  latest(device_ids?: readonly string[]): Promise<Reading[]>
  /** Hours and days that began in the range, by their start, then by device. */
  recorded(query: RecordedQuery): Promise<RecordedEnergy[]>
  /** What is kept beside raw readings: for retention, which thins them out. */
  readonly tiers: DatabaseTiers
  /**
   * Copies the store to a new file while it is in use, and reads the copy through.
   * @throws MonitorError `DATABASE_UNSUPPORTED` where it is a server
   */
  backup(file: string): Promise<void>
  /**
   * Puts a backup in the place of the store, while it is in use; what waits in the spool is stored after that.
   * @returns the path under which all that was there is kept
   * @throws MonitorError `DATABASE_INVALID`, `DATABASE_LOCKED`, `DATABASE_UNSUPPORTED`, ...: nothing has changed
   */
  restore(backup: string): Promise<string>
  health(): Promise<DatabaseHealth>
  /** Costs no more than a look. */
  statistics(): DatabaseStatistics
  status(): DatabaseStatus
}

/** A measurement of the user's own. */
export interface Point {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  /** One at least. A bigint becomes an integer; numbers are floats. */
  readonly fields: Readonly<Record<string, number | bigint | boolean | string>>
  /** ms since the epoch, UTC. */
  readonly timestamp: number
}

/**
 * `retrying`: a passing cause; `failed`: a person has to look; `full`: the spool has reached its bound, or its disk is full.
 * What was accepted is kept in each.
 */
export type DatabaseState = 'closed' | 'ok' | 'retrying' | 'full' | 'failed'

/** Counters are of points since the object was made; a reading is a point, and so is a recorded hour. */
export interface DatabaseStatus {
  readonly state: DatabaseState
  /** Why the state is not `ok`. */
  readonly code?: ErrorCode
  readonly message?: string
  /** In the store, as far as it says. */
  readonly written: number
  /** From the cache. */
  readonly skipped: number
  /** In the spool, not in the store yet. */
  readonly queued: number
  /** Accepted and given up, because the spool had reached its bound, or found damaged on disk. */
  readonly dropped: number
  /** Bytes of the spool that were found damaged on disk, and skipped: how many points they were nobody can say. */
  readonly damaged_bytes: number
  /** Turned away with an error. */
  readonly refused: number
  /** Which the store will never take; they lie in the quarantine file with its words. */
  readonly quarantined: number
  /** In the store's words: why it did not take the newest of them. */
  readonly quarantine_reason?: string
  /** Left out by the store, because they were older than it keeps. */
  readonly expired: number
  /** What was wrong with the file that knows how far tiers reach; it began anew. */
  readonly tiers_trouble?: string
  /** How full the spool is: 0 to 1. */
  readonly fullness: number
}

export interface WriteResult {
  readonly accepted: number
  /** From the cache. */
  readonly skipped: number
}

/** For people who look, and for metrics. What a kind of database cannot tell is absent. */
export interface DatabaseHealth {
  /** As it names itself: `InfluxDB 1.6.7`, `SQLite 3.45.1`. */
  readonly name: string
  readonly size_bytes?: number
  readonly rows?: number
  readonly series?: number
  readonly writes: OperationHealth
  readonly queries: OperationHealth
  /** The slowest of late, newest first. */
  readonly slow: readonly SlowOperation[]
  readonly indexes?: readonly IndexHealth[]
  readonly locks?: { readonly waits: number; readonly busy_ms: number }
  readonly spool: SpoolHealth
  /** What a person may want to do something about, in sentences. */
  readonly findings: readonly string[]
}

export interface OperationHealth {
  readonly count: number
  readonly failures: number
  readonly latency_ms: {
    readonly p50?: number
    readonly p95?: number
    readonly p99?: number
    readonly maximum?: number
  }
}

/** Since the start, and now. */
export interface OperationStatistics {
  readonly count: number
  readonly failures: number
  readonly in_flight: number
  readonly latency: DurationCounts
}

export interface StoreStatistics {
  readonly writes: OperationStatistics
  readonly queries: OperationStatistics
  /** Operations that it can work on at a time; what is more waits. */
  readonly pool: number
}

export interface DatabaseStatistics extends StoreStatistics {
  readonly spool: SpoolStatistics
}

export interface SlowOperation {
  readonly statement: string
  readonly timestamp: number
  readonly duration_ms: number
  readonly plan?: string
}

export interface IndexHealth {
  readonly name: string
  readonly table: string
  /** Whether a statement of ours uses it. */
  readonly used: boolean
}

export interface SpoolHealth {
  readonly points: number
  readonly bytes: number
  /** When the oldest unsent point was accepted, ms since the epoch. */
  readonly oldest?: number
  readonly quarantined: number
  /** Where the quarantine is. */
  readonly quarantine: string
}

/** A checked query: see `parseHistoryQuery`. Times are ms since the epoch, UTC; the range is `[from, to)`. */
export interface HistoryQuery {
  readonly from: number
  readonly to: number
  /** Empty: every device. */
  readonly device_ids: readonly string[]
  /** Empty: every field that has a value. */
  readonly fields: readonly MeasuredKey[]
  readonly order: 'oldest-first' | 'newest-first'
  /** Rows in a page. */
  readonly limit: number
  /** Where the last page of the same query ended. */
  readonly cursor?: string
  /** Downsampling: rows become buckets of this length. */
  readonly bucket?: BucketRule
}

/** Where buckets begin: all as long as one, aligned to the epoch; or as the clocks of a time zone (IANA name) have it. */
export type BucketRule = { readonly bucket_ms: number } | { readonly length: BucketLength; readonly time_zone: string }

/** Of a history query, what matters for what devices have recorded: it has no pages. */
export type RecordedQuery = Pick<HistoryQuery, 'from' | 'to' | 'device_ids' | 'order' | 'limit'>

export interface HistoryPage {
  readonly rows: readonly (HistoryRow | HistoryBucket)[]
  /** Present where there is more. */
  readonly cursor?: string
  /** Of readings as they are: where those that are left begin, if the range began before. What is older is in tiers, as buckets. */
  readonly raw_from?: number
}

export type HistoryRow = Pick<Reading, 'device_id' | 'timestamp' | 'quality'> & Partial<Pick<Reading, MeasuredKey>>

/** Statistics of one field in one bucket. */
export interface FieldStatistics {
  /** Time-weighted: each value holds until the next reading or `maximum gap`, never across an outage. */
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
  /** Weighted in the same way; where a tier knows them. */
  readonly p50?: number
  readonly p95?: number
}

export interface HistoryBucket {
  readonly device_id: string
  /** Start of the bucket. */
  readonly timestamp: number
  /** How long it is: a local day has 23 or 25 hours when it does, and a row of a tier may be longer than was asked for. */
  readonly bucket_ms: number
  readonly count: number
  /** How much of the bucket the readings cover, in seconds. */
  readonly covered_s: number
  /** Energy used in the bucket by the counter; where the device has none, by integrating power. */
  readonly energy_kwh?: number
  readonly energy_source?: EnergySource
  readonly fields: Partial<Record<MeasuredKey, FieldStatistics>>
}
