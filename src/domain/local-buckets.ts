import type { TimeZone } from './time-zone'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** The most that clocks have been set back at once since 2000: Casey station, Antarctica, several times. */
const LONGEST_SET_BACK_MS = 3 * HOUR_MS

export const BUCKET_UNITS = ['minute', 'hour', 'day', 'month'] as const
export type BucketUnit = (typeof BUCKET_UNITS)[number]

/** How long buckets are: minutes, hours, days and months as the clocks of a named time zone show them. */
export interface BucketLength {
  readonly unit: BucketUnit
  /** Minutes divide an hour, hours a day, months a year; there is one day. */
  readonly count: number
}

/** `[from, to)`, ms since the epoch, UTC. */
export interface LocalBucket {
  readonly from: number
  readonly to: number
}

const SUFFIXES = { minute: 'm', hour: 'h', day: 'd', month: 'mo' } as const
/** What the count of each unit has to divide. */
const WHOLE = { minute: 60, hour: 24, day: 1, month: 12 } as const

/** `15m`, `1h`, `6h`, `1d`, `1mo`; undefined where it is none that nests in the longer ones. */
export function parseBucketLength(text: string): BucketLength | undefined {
  const [, digits, suffix] = /^([1-9]\d?)(m|h|d|mo)$/.exec(text) ?? []
  const unit = BUCKET_UNITS.find((one) => SUFFIXES[one] === suffix)
  const count = Number(digits)
  return unit === undefined || WHOLE[unit] % count !== 0 ? undefined : { unit, count }
}

export function lengthText({ unit, count }: BucketLength): string {
  return `${count}${SUFFIXES[unit]}`
}

/** Of the longest bucket that there may be in any zone: a day in which clocks are set back is longer than others. */
export function longestMs({ unit, count }: BucketLength): number {
  if (unit === 'minute') return count * MINUTE_MS
  if (unit === 'hour') return count * HOUR_MS + (count === 1 ? 0 : LONGEST_SET_BACK_MS)
  const days = unit === 'day' ? 1 : Math.min(31 * count, 366)
  return days * DAY_MS + LONGEST_SET_BACK_MS
}

/** Whether buckets of the one length make up buckets of the other, longer one, in every zone. */
export function nests(finer: BucketLength, coarser: BucketLength): boolean {
  if (longestMs(finer) >= longestMs(coarser)) return false
  return finer.unit !== coarser.unit || coarser.count % finer.count === 0
}

/**
 * The bucket that a moment lies in. Months, days, and several hours go from where clocks first show their beginning to where
 * they first show that of the next; so a day has 23 or 25 hours when it does. Hours and minutes begin anew where clocks
 * are changed: an hour that clocks show twice is two buckets, and none is longer than its name says.
 */
export function bucketAt(zone: TimeZone, length: BucketLength, moment: number): LocalBucket {
  const { unit, count } = length
  if (unit === 'minute') return evenBucket(zone, count * MINUTE_MS, moment)
  if (unit === 'hour' && count === 1) return evenBucket(zone, HOUR_MS, moment)
  const local_ms = moment + zone.evenTime(moment).offset_ms
  if (unit === 'month') {
    const local = new Date(local_ms)
    const month = (local.getUTCFullYear() - 1970) * 12 + local.getUTCMonth()
    return shownBucket(zone, (number) => Date.UTC(1970, number * count), Math.floor(month / count), moment)
  }
  const length_ms = unit === 'day' ? DAY_MS : count * HOUR_MS
  return shownBucket(zone, (number) => number * length_ms, Math.floor(local_ms / length_ms), moment)
}

/** Whole buckets that lie in the range, in order. */
export function bucketsBetween(zone: TimeZone, length: BucketLength, from: number, to: number): LocalBucket[] {
  const buckets: LocalBucket[] = []
  let bucket = bucketAt(zone, length, from)
  if (bucket.from < from) bucket = bucketAt(zone, length, bucket.to)
  while (bucket.to <= to) {
    buckets.push(bucket)
    bucket = bucketAt(zone, length, bucket.to)
  }
  return buckets
}

/** Where clocks are changed another one begins. */
function evenBucket(zone: TimeZone, length_ms: number, moment: number): LocalBucket {
  const { offset_ms, start_ms, end_ms } = zone.evenTime(moment)
  const from = Math.floor((moment + offset_ms) / length_ms) * length_ms - offset_ms
  return { from: Math.max(from, start_ms), to: Math.min(from + length_ms, end_ms) }
}

/** @param beginning the local time at which each bucket begins, by its number */
function shownBucket(
  zone: TimeZone,
  beginning: (number: number) => number,
  number: number,
  moment: number,
): LocalBucket {
  let from = zone.firstMoment(beginning(number))
  let to = zone.firstMoment(beginning(number + 1))
  // Clocks set back over the edge show the bucket before once more.
  while (to <= moment) {
    from = to
    to = zone.firstMoment(beginning(++number + 1))
  }
  return { from, to }
}
