import type { BucketLength } from '../../domain/local-buckets'
import type { MeasuredKey } from '../../domain/reading'

/** One resolution in which readings are kept. */
export interface Tier {
  /** Part of the names of tables, measurements and places: `hourly`. */
  readonly name: string
  readonly bucket: BucketLength
  /** How long a row is kept after the end of its bucket; 0: for ever. */
  readonly keep_days: number
  /** Empty: every field that has a value. */
  readonly fields: readonly MeasuredKey[]
}

export const TIER_NAME = /^[a-z][a-z0-9_]{0,19}$/

/** All that is kept, and how long: raw readings, and the tiers from the finest to the coarsest. */
export interface TierPlan {
  /** How long a raw reading is kept; 0: for ever. */
  readonly raw_keep_days: number
  readonly tiers: readonly Tier[]
  /** IANA name. */
  readonly time_zone: string
}

/** The raw readings, or a tier by its name. */
export const RAW = 'raw'
export type Source = typeof RAW | Tier
