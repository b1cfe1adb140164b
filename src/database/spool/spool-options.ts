import type { Clock } from '../../domain/clock'
import type { ErrorCode } from '../../domain/errors'
import type { DurationCounts } from '../../domain/histogram'
import type { Lines } from '../store'
import type { Files } from './files'

/** `each`: on disk before an append resolves; `1s`: at the latest a second later; `none`: when the system likes. */
export type Durability = 'each' | '1s' | 'none'

/**
 * What happens when the bound is reached. `thin`: the oldest keep one reading per device and minute, later the oldest go;
 * `drop-oldest`; `refuse`: appends fail, and the fleet polls more slowly from 80 % on.
 */
export type WhenFull = 'thin' | 'drop-oldest' | 'refuse'

export interface SpoolOptions {
  /** Absolute; made where it is missing. */
  readonly folder: string
  readonly maximum_bytes: number
  readonly maximum_age_days: number
  readonly durability: Durability
  readonly when_full: WhenFull
  readonly clock: Clock
  /** How far back `rewind` may ask, now; acknowledged lines stay on disk for so long. */
  readonly grace_ms?: () => number
  readonly files?: Files
  /** There is something new to take. */
  readonly onLines: () => void
  /** `status()` has another code. */
  readonly onChange: () => void
}

export interface SpoolStatistics extends Pick<SpoolStatus, 'lines' | 'bytes' | 'oldest'> {
  /** Until lines were kept, as durably as was chosen. */
  readonly latency: DurationCounts
}

/** Taken from the spool, oldest first, and not forgotten before it is acknowledged. */
export interface SpoolBatch extends Lines {
  /** When the oldest of it was accepted, ms since the epoch. */
  readonly accepted_at: number
}

/** Counters are of lines since the object was made; `lines` and `bytes` are what is not acknowledged now. */
export interface SpoolStatus {
  readonly lines: number
  readonly bytes: number
  /** When the oldest of them was accepted, ms since the epoch. */
  readonly oldest?: number
  /** 0 to 1: of the bytes or the age allowed, whichever is nearer to its bound. */
  readonly fullness: number
  /** Given up at the bound, thinned out or dropped; and lines that were found damaged after they had been counted. */
  readonly dropped: number
  /** Bytes found damaged on disk, and skipped. */
  readonly damaged_bytes: number
  /** Why it does not write to disk: it carries on in memory, within a bound. */
  readonly code?: ErrorCode
  readonly message?: string
}
