import type { ErrorCode } from '../domain/errors'
import type { MeasuredKey, Reading } from '../domain/reading'
import type { RecordedEnergy } from '../domain/recorded-energy'

/** Where readings live. One contract suite runs on every implementation. */
export interface Database {
  /** Opens or makes the store. @throws MonitorError `DATABASE_UNAVAILABLE`, `DATABASE_INVALID`, `DATABASE_LOCKED` */
  start(): Promise<void>
  /** Writes what is queued, then closes. May be called twice. */
  stop(): Promise<void>
  /**
   * Resolves when every reading is committed. The same device and timestamp twice changes nothing; readings whose
   * source is `cache` are left out.
   * @throws MonitorError `INPUT_INVALID` (one bad reading refuses the whole call before anything is queued),
   * `QUEUE_FULL` (nothing of this call is queued), `CLOSED`; `DATABASE_FULL`, `DATABASE_LOCKED`,
   * `DATABASE_UNAVAILABLE`: the readings stay queued (`details.queued`) and are tried again, so repeating is needless
   */
  write(readings: readonly Reading[]): Promise<WriteResult>
  history(query: HistoryQuery): Promise<HistoryPage>
  /** The newest reading of each device, of all devices where none is named. */
  latest(device_ids?: readonly string[]): Promise<Reading[]>
  /**
   * Keeps what devices have recorded themselves apart from readings. Resolves when all of it is committed, or none: it is
   * not queued. The same device, start and length twice changes nothing.
   * @throws MonitorError `INPUT_INVALID`, `CLOSED`, `DATABASE_FULL`, `DATABASE_LOCKED`, `DATABASE_UNAVAILABLE`
   */
  writeRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult>
  /** Hours and days that began in the range, by their start, then by device. */
  recorded(query: RecordedQuery): Promise<RecordedEnergy[]>
  /** Copies the store to a new file while it is in use. */
  backup(file: string): Promise<void>
  status(): DatabaseStatus
}

/** `retrying`: a passing cause; `full`: no space; `failed`: a person has to look. Queued readings are kept in each. */
export type DatabaseState = 'closed' | 'ok' | 'retrying' | 'full' | 'failed'

/** Counters are of readings, since the object was made. */
export interface DatabaseStatus {
  readonly state: DatabaseState
  /** Why the state is not `ok`. */
  readonly code?: ErrorCode
  readonly message?: string
  readonly written: number
  /** Already there, or from the cache. */
  readonly skipped: number
  /** Accepted and not committed yet. */
  readonly queued: number
  /** Accepted and lost: not committed when `stop` ran out of time. */
  readonly dropped: number
  /** Turned away because the queue was full. */
  readonly refused: number
}

export interface WriteResult {
  readonly written: number
  /** Already there, or from the cache. */
  readonly skipped: number
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
  /** Downsampling: rows become buckets of this length, aligned to the epoch. */
  readonly bucket_ms?: number
}

/** Of a history query, what matters for what devices have recorded: it has no pages. */
export type RecordedQuery = Pick<HistoryQuery, 'from' | 'to' | 'device_ids' | 'order' | 'limit'>

export interface HistoryPage {
  readonly rows: readonly (HistoryRow | HistoryBucket)[]
  /** Present where there is more. */
  readonly cursor?: string
}

export type HistoryRow = Pick<Reading, 'device_id' | 'timestamp' | 'quality'> & Partial<Pick<Reading, MeasuredKey>>

/** Statistics of one field in one bucket. */
export interface FieldStatistics {
  /** Time-weighted: each value holds until the next reading or `maximum gap`, never across an outage. */
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
}

export interface HistoryBucket {
  readonly device_id: string
  /** Start of the bucket. */
  readonly timestamp: number
  readonly bucket_ms: number
  readonly count: number
  /** How much of the bucket the readings cover, in seconds. */
  readonly covered_s: number
  /** Energy used in the bucket by the counter; where the device has none, by integrating power. */
  readonly energy_kwh?: number
  readonly fields: Partial<Record<MeasuredKey, FieldStatistics>>
}
