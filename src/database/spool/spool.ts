import type { Clock } from '../../domain/clock'
import { MonitorError, type ErrorCode } from '../../domain/errors'
import type { Lines } from '../store'

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
  /** There is something new to take. */
  readonly onLines: () => void
  /** `status()` has another code. */
  readonly onChange: () => void
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
  /** Given up at the bound: thinned out or dropped. */
  readonly dropped: number
  /** Bytes found damaged on disk, and skipped. */
  readonly damaged_bytes: number
  /** Why it does not write to disk: it carries on in memory, within a bound. */
  readonly code?: ErrorCode
  readonly message?: string
}

/**
 * The durable queue in front of a store: append-only segments of frames with length and checksum. One process has it at a
 * time. Nothing in here throws for a disk that fails; see `status()`.
 */
export class Spool {
  constructor(private readonly options: SpoolOptions) {}

  /**
   * Takes the lock and finds what an earlier run left: torn tails are cut, damage is skipped.
   * @throws MonitorError `SPOOL_LOCKED`, `DATABASE_UNAVAILABLE` where the folder cannot be used
   */
  start(): Promise<void> {
    throw new MonitorError('INTERNAL', `no spool yet in ${this.options.folder}`)
  }

  /** Writes what is under way, saves how far it was acknowledged, gives up the lock. May be called twice. */
  stop(): Promise<void> {
    return Promise.resolve()
  }

  /**
   * Resolves when the lines are as durable as was chosen. Appends that come while one is being written share the next frame.
   * @throws MonitorError `QUEUE_FULL`, `CLOSED`: none of the lines was kept
   */
  append(text: string, count: number): Promise<void> {
    return Promise.reject(new MonitorError('INTERNAL', `${count} lines of ${text.length} characters`))
  }

  /** The next lines that were not taken, undefined where there are none. One call at a time. */
  take(limit: { readonly lines: number; readonly bytes: number }): Promise<SpoolBatch | undefined> {
    return Promise.resolve(limit.lines < 0 ? undefined : undefined)
  }

  /** The lines need not be kept any more. Batches may be acknowledged in any order. */
  acknowledge(batch: SpoolBatch): void {
    void batch
  }

  /** What was taken and not acknowledged will be taken again, from the oldest. */
  giveBack(): void {}

  /** What was acknowledged within the last `age_ms`, and is still there, will be taken again. Returns the lines. */
  rewind(age_ms: number): number {
    return age_ms > 0 ? 0 : 0
  }

  status(): SpoolStatus {
    return { lines: 0, bytes: 0, fullness: 0, dropped: 0, damaged_bytes: 0 }
  }
}
