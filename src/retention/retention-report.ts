import type { ErrorCode } from '../domain/errors'
import type { Source } from '../database/tiers/tier'
import type { StoreSize } from '../database/tiers/tier-store'

/** What a run has done, or what one would do. Moments are ms since the epoch, UTC. */
export interface RetentionReport {
  readonly dry: boolean
  readonly started: number
  readonly duration_ms: number
  /** Raw readings first, then the tiers from the finest to the coarsest. */
  readonly tiers: readonly TierReport[]
  readonly size?: { readonly before: StoreSize; readonly after: StoreSize }
  /** The size limit has shortened the life of raw readings to this. */
  readonly raw_shortened_to_days?: number
  /** What a person should know or do, in sentences. */
  readonly findings: readonly string[]
}

export interface TierReport {
  readonly name: string
  /** Everything before is rolled up and verified; absent for raw readings, and where nothing is yet. */
  readonly watermark?: number
  /** Rows that were made, made anew because of late readings, and that a row with more was kept for. */
  readonly rolled_up: number
  readonly rolled_again: number
  readonly kept: number
  readonly expired: Expired
  /** What would have been expired, had it been rolled up. */
  readonly held_back: number
}

export interface Expired {
  readonly rows: number
  /** Absent where the store cannot tell. */
  readonly bytes?: number
  /** Everything before is gone. */
  readonly before?: number
}

/** Where retention stands, for a status. */
export interface RetentionStatus {
  /** `lagging`: what is due for long is not rolled up. `failed`: a person has to look. */
  readonly state: 'waiting' | 'running' | 'lagging' | 'retrying' | 'failed' | 'stopped'
  readonly code?: ErrorCode
  readonly message?: string
  /** 0 to 1, while it catches up. */
  readonly progress?: number
  readonly last?: RetentionReport
  /** ms since the epoch. */
  readonly next_run?: number
}

export function nameOfSource(source: Source): string {
  return source === 'raw' ? source : source.name
}
