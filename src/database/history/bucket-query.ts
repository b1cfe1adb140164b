import { invalid, MonitorError } from '../../domain/errors'
import type { BucketLength } from '../../domain/local-buckets'
import { TimeZone } from '../../domain/time-zone'
import type { BucketRule } from '../database'
import { parseDuration } from '../time-range'
import type { TimeRange } from './record-source'

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const
const UNIT_MS = { minute: MINUTE, hour: HOUR, day: DAY, month: 30 * DAY } as const
const LOCAL = ['hour', 'day', 'month'] as const

export const BUCKET_LIMITS = {
  bucket_ms: { minimum: SECOND, maximum: 31 * DAY },
  /** Of one device in the range. */
  buckets: 100_000,
} as const

/** Between 300 and 500, as far as lengths that people know allow. */
const POINTS_OF_A_CHART = 400
/** Local ones nest in the buckets of tiers, so that a tier can serve them. */
const LENGTHS_OF_CHARTS: readonly (number | BucketLength)[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count): BucketLength => ({ unit: 'minute', count })),
  ...[1, 2, 3, 6, 12].map((count): BucketLength => ({ unit: 'hour', count })),
  { unit: 'day', count: 1 },
  ...[1, 3, 12].map((count): BucketLength => ({ unit: 'month', count })),
]

/**
 * Of `bucket`: ms or text such as `5m`, aligned to the epoch; `hour`, `day`, `month`, of the time zone; `auto`: the length that
 * makes a chart of the range.
 * @throws MonitorError `INPUT_INVALID`
 */
export function parseBucket(given: unknown, zone: unknown, range: TimeRange): BucketRule {
  if (given === 'auto') return bucketForChart(range, parseZone(zone))
  const unit = LOCAL.find((each) => each === given)
  if (unit === undefined) return { bucket_ms: parseLength(given, range) }
  assertFew(given, UNIT_MS[unit], range)
  return { length: { unit, count: 1 }, time_zone: parseZone(zone) }
}

/** @param given IANA name; nothing: that of the machine. @throws MonitorError `INPUT_INVALID` */
export function parseZone(given: unknown): string {
  const name = typeof given === 'string' ? given.trim() : given
  try {
    if (name === undefined || name === null || name === '') return new TimeZone(undefined).name
    if (typeof name === 'string') return new TimeZone(name).name
  } catch (thrown) {
    if (!(thrown instanceof MonitorError)) throw thrown
  }
  throw invalid('INPUT_INVALID', 'time_zone', given, 'the name of a time zone such as Europe/Berlin')
}

/** The length whose points come closest to those of a chart. */
function bucketForChart({ from, to }: TimeRange, time_zone: string): BucketRule {
  const distance = (length: number | BucketLength) =>
    Math.abs(Math.log((to - from) / lengthOf(length) / POINTS_OF_A_CHART))
  const length = LENGTHS_OF_CHARTS.reduce((best, each) => (distance(each) < distance(best) ? each : best))
  return typeof length === 'number' ? { bucket_ms: length } : { length, time_zone }
}

function lengthOf(length: number | BucketLength): number {
  return typeof length === 'number' ? length : length.count * UNIT_MS[length.unit]
}

function parseLength(given: unknown, range: TimeRange): number {
  const { minimum, maximum } = BUCKET_LIMITS.bucket_ms
  const bucket_ms = parseDuration(given)
  if (bucket_ms === undefined || bucket_ms < minimum || bucket_ms > maximum) {
    const allowed = 'ms or text such as "5m", 1s to 31d, "hour", "day", "month" or "auto"'
    throw invalid('INPUT_INVALID', 'bucket', given, allowed)
  }
  assertFew(given, bucket_ms, range)
  return bucket_ms
}

function assertFew(given: unknown, bucket_ms: number, { from, to }: TimeRange): void {
  if (Math.ceil((to - from) / bucket_ms) <= BUCKET_LIMITS.buckets) return
  const least_s = Math.ceil((to - from) / BUCKET_LIMITS.buckets / SECOND)
  throw invalid('INPUT_INVALID', 'bucket', given, `at least ${least_s}s for this range`)
}
