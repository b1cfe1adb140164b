import { bucketAt } from '../../domain/local-buckets'
import { TimeZone } from '../../domain/time-zone'
import type { BucketRule } from '../database'
import type { TimeRange } from './record-source'

/** The buckets of a query, without end in either direction. */
export interface Buckets {
  /** That in which a moment lies. */
  at(moment: number): TimeRange
}

export function bucketsOf(rule: BucketRule): Buckets {
  if ('bucket_ms' in rule) return evenBuckets(rule.bucket_ms)
  const zone = new TimeZone(rule.time_zone)
  return { at: (moment) => bucketAt(zone, rule.length, moment) }
}

/** All of one length, aligned to the epoch. */
export function evenBuckets(bucket_ms: number): Buckets {
  return {
    at: (moment) => {
      const from = Math.floor(moment / bucket_ms) * bucket_ms
      return { from, to: from + bucket_ms }
    },
  }
}

/** The last edge at or before a moment. */
export function edgeBefore(buckets: Buckets, moment: number): number {
  return buckets.at(moment).from
}

/** The first edge at or after a moment. */
export function edgeAfter(buckets: Buckets, moment: number): number {
  const { from, to } = buckets.at(moment)
  return from === moment ? from : to
}

/** The edge so many buckets further on, or back, roughly: buckets are not all of one length. */
export function edgesAway(buckets: Buckets, edge: number, count: number): number {
  const { from, to } = buckets.at(edge)
  const moment = edge + count * (to - from)
  return count < 0 ? edgeBefore(buckets, moment) : edgeAfter(buckets, moment)
}
