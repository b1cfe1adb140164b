import { type BucketLength, lengthText, longestMs, nests, parseBucketLength } from '../domain/local-buckets'
import { invalid } from '../domain/errors'
import { isMeasuredKey, MEASURED_KEYS, type MeasuredKey } from '../domain/reading'
import { RAW, type Tier, TIER_NAME, type TierPlan } from '../database/tiers/tier'

/** A tier as a person writes it. */
export interface TierRow {
  readonly name: string
  /** `15m`, `1h`, `1d`, `1mo`. */
  readonly bucket: string
  readonly keep_days: number
  /** Keys with commas between them; none: every field that has a value. */
  readonly fields: string
}

export const DEFAULT_TIERS: readonly TierRow[] = [
  { name: 'hourly', bucket: '1h', keep_days: 30, fields: '' },
  { name: 'daily', bucket: '1d', keep_days: 365, fields: '' },
]

const DAY_MS = 86_400_000
const MOST_TIERS = 20
const LONGEST_DAYS = 36_500

/** @throws MonitorError `CONFIG_INVALID` naming `tiers[1].bucket` and the like, the value and what is allowed */
export function parseTiers(given: unknown): Tier[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_TIERS) {
    throw invalid('CONFIG_INVALID', 'tiers', given, `1 to ${MOST_TIERS} tiers`)
  }
  const tiers = given.map((row: unknown, index) => parseTier(row, `tiers[${index}]`))
  tiers.forEach((tier, index) => {
    const finer = tiers.slice(0, index)
    if (finer.some(({ name }) => name === tier.name)) {
      throw invalid('CONFIG_INVALID', `tiers[${index}].name`, tier.name, 'a name that no other tier has')
    }
    const last = finer.at(-1)
    if (last && !nests(last.bucket, tier.bucket)) {
      const range = `a bucket that is made of several of ${lengthText(last.bucket)}, which ${last.name} has`
      throw invalid('CONFIG_INVALID', `tiers[${index}].bucket`, lengthText(tier.bucket), range)
    }
  })
  return tiers
}

/**
 * What is kept for less long than what is made of it would have to be rolled up before it is there.
 * @throws MonitorError `CONFIG_INVALID`
 */
export function checkLives({ raw_keep_days, tiers }: Omit<TierPlan, 'time_zone'>, delay_ms: number): void {
  const sources = [{ name: RAW, field: 'raw_keep_days', keep_days: raw_keep_days }, ...tiers.map(lifeOf)]
  tiers.forEach((tier, index) => {
    const source = sources[index] as (typeof sources)[number]
    if (source.keep_days === 0) return
    const least_days = Math.ceil((longestMs(tier.bucket) + delay_ms) / DAY_MS)
    if (source.keep_days < least_days) {
      const range = `0 or at least ${least_days}: ${tier.name} is made of it`
      throw invalid('CONFIG_INVALID', source.field, source.keep_days, range)
    }
    if (tier.keep_days !== 0 && tier.keep_days < source.keep_days) {
      const range = `0 or at least ${source.keep_days}, as long as ${source.name}, which it is made of`
      throw invalid('CONFIG_INVALID', `tiers[${index}].keep_days`, tier.keep_days, range)
    }
  })
}

function lifeOf({ name, keep_days }: Tier, index: number): { name: string; field: string; keep_days: number } {
  return { name, field: `tiers[${index}].keep_days`, keep_days }
}

function parseTier(row: unknown, field: string): Tier {
  if (typeof row !== 'object' || row === null) throw invalid('CONFIG_INVALID', field, row, 'a tier')
  const { name, bucket, keep_days, fields } = row as Readonly<Record<keyof TierRow, unknown>>
  return {
    name: parseName(name, `${field}.name`),
    bucket: parseBucket(bucket, `${field}.bucket`),
    keep_days: parseDays(keep_days, `${field}.keep_days`),
    fields: parseFields(fields, `${field}.fields`),
  }
}

function parseName(given: unknown, field: string): string {
  if (typeof given === 'string' && TIER_NAME.test(given) && given !== RAW) return given
  const range = `a name of up to 20 letters a-z, digits and _, beginning with a letter, other than ${RAW}`
  throw invalid('CONFIG_INVALID', field, given, range)
}

function parseBucket(given: unknown, field: string): BucketLength {
  const bucket = typeof given === 'string' ? parseBucketLength(given.trim()) : undefined
  if (bucket) return bucket
  throw invalid('CONFIG_INVALID', field, given, 'minutes, hours, a day or months such as 15m, 1h, 6h, 1d, 1mo')
}

function parseDays(given: unknown, field: string): number {
  const days = typeof given === 'number' ? given : Number.NaN
  if (Number.isInteger(days) && days >= 0 && days <= LONGEST_DAYS) return days
  throw invalid('CONFIG_INVALID', field, given, `days from 1 to ${LONGEST_DAYS}, or 0: for ever`)
}

function parseFields(given: unknown, field: string): MeasuredKey[] {
  if (given === undefined) return []
  if (typeof given !== 'string') throw invalid('CONFIG_INVALID', field, given, 'keys with commas between them')
  const keys = given.split(',').map((key) => key.trim())
  const named = new Set(keys.filter((key) => key !== ''))
  return [...named].map((key) => {
    if (isMeasuredKey(key)) return key
    throw invalid('CONFIG_INVALID', field, key, `some of ${MEASURED_KEYS.join(', ')}, or nothing: all`)
  })
}
