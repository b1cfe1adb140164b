import type { MeasuredKey } from '../domain/reading'
import type { BucketLength } from '../domain/local-buckets'
import type { Tier, TierPlan } from '../database/tiers/tier'

const YEAR_DAYS = 365
/** How long the units of buckets last, in the middle. */
const DAYS = { minute: 1 / 1440, hour: 1 / 24, day: 1, month: YEAR_DAYS / 12 } as const satisfies Record<
  BucketLength['unit'],
  number
>
/** Of a plug at the adaptive interval, with its defaults: the mean of 96 recorded days of appliances (README.md). */
const READINGS_PER_DAY = 1264
/** In the SQLite file. A reading of a plug with a meter; a rolled-up row, and each field of it. */
const READING_BYTES = 65
const ROW_BYTES = 65
const FIELD_BYTES = 41
/** What such a plug measures. */
const FIELDS: readonly MeasuredKey[] = [
  'on',
  'power_w',
  'voltage_v',
  'current_a',
  'energy_kwh',
  'energy_today_kwh',
  'energy_month_kwh',
  'energy_total_kwh',
  'rssi_dbm',
  'latency_ms',
]

/** Roughly what one device takes on disk once the plan has been followed for a year. */
export interface PlanSize {
  readonly raw_bytes: number
  /** In the order of the tiers. */
  readonly tier_bytes: readonly number[]
}

export function planSize({ raw_keep_days, tiers }: TierPlan): PlanSize {
  return {
    raw_bytes: keptDays(raw_keep_days) * READINGS_PER_DAY * READING_BYTES,
    tier_bytes: tiers.map(tierBytes),
  }
}

/** Of one row of a tier. */
export function rowBytes({ fields }: Pick<Tier, 'fields'>): number {
  const kept = FIELDS.filter((key) => fields.length === 0 || fields.includes(key))
  return ROW_BYTES + kept.length * FIELD_BYTES
}

function tierBytes(tier: Tier): number {
  const { bucket, keep_days } = tier
  return Math.ceil(keptDays(keep_days) / (DAYS[bucket.unit] * bucket.count)) * rowBytes(tier)
}

function keptDays(keep_days: number): number {
  return keep_days === 0 ? YEAR_DAYS : Math.min(keep_days, YEAR_DAYS)
}
