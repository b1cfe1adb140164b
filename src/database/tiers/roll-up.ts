import type { MeasuredKey } from '../../domain/reading'

/** Goes up when rows are computed in another way: an older row may be replaced by one that covers as much. */
export const ROLL_UP_VERSION = 1

/**
 * Where the energy of a row comes from: `counter`, by how much it has risen; `integral`, of power over time, where no counter
 * tells it; `mixed`, of both.
 */
export type EnergySource = 'counter' | 'integral' | 'mixed'

/** One field in one bucket. Booleans count as 0 and 1. All are weighted by time: each value holds until the next. */
export interface FieldRollUp {
  /** Of `power_w` by the counter, where that can tell it: see `countedPower_w`. */
  readonly mean: number
  readonly minimum: number
  readonly maximum: number
  /** In a row that is made of finer rows: estimated from theirs. */
  readonly p50: number
  readonly p95: number
  /** For how long a value of it is known, in seconds. */
  readonly held_s: number
}

/** What one device did in one bucket of a tier. What is unknown is absent. */
export interface RollUp {
  readonly device_id: string
  /** Start of the bucket, ms since the epoch, UTC. */
  readonly timestamp: number
  /** Of the bucket: a local day has 23 or 25 hours when it does. */
  readonly duration_ms: number
  /** Good readings inside. */
  readonly samples: number
  /** How much of the bucket the readings cover, in seconds; an outage, and what lasts longer than the gap, is not covered. */
  readonly covered_s: number
  /** Covered part of the bucket, 0 to 1. */
  readonly completeness: number
  /** Of the first and the last reading inside; absent where there is none. */
  readonly first_timestamp?: number
  readonly last_timestamp?: number
  /** Used in the bucket. */
  readonly energy_kwh?: number
  readonly energy_source?: EnergySource
  /** Power over time: what the counter can be checked against. */
  readonly energy_integral_kwh?: number
  /** What the counter counts in: 0.001 where it shows single watt-hours. Absent where it has not risen. */
  readonly energy_step_kwh?: number
  /** How often the counter began anew. */
  readonly resets: number
  /** How long it was on, in seconds, and how often it was switched, either way. */
  readonly on_s?: number
  readonly switches?: number
  readonly version: number
  readonly fields: Partial<Readonly<Record<MeasuredKey, FieldRollUp>>>
}
