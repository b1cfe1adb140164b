import type { TimeRange } from '../../database/history/record-source'
import type { Tier } from '../../database/tiers/tier'
import type { TierBuckets } from './tier-buckets'

const DAY_MS = 86_400_000

/** What a plan is followed by, at one moment. */
export interface Moments {
  /** ms since the epoch, UTC. */
  readonly now: number
  /** How long after its end a bucket is due. */
  readonly delay_ms: number
  /** When the newest reading was taken. */
  readonly newest: number
  /** The end of the bucket of the coarsest tier that it lies in: behind it there is nothing to be rolled up. */
  readonly end: number
}

/** Every bucket that ends at or before it is due. */
export function dueUntil(buckets: TierBuckets, tier: Tier, { now, delay_ms, end }: Moments): number {
  return Math.min(buckets.edgeBefore(tier, now - delay_ms), end)
}

export function momentsAt(buckets: TierBuckets, tiers: readonly Tier[], given: Omit<Moments, 'end'>): Moments {
  return { ...given, end: buckets.at(tiers.at(-1) as Tier, given.newest).to }
}

/** Where the oldest bucket begins that is within the life of the tier; what is older is not rolled up into it. */
export function beginningOfLife(buckets: TierBuckets, tier: Tier, today: number): number {
  if (tier.keep_days === 0) return -Infinity
  return buckets.edgeBefore(tier, today - tier.keep_days * DAY_MS)
}

/** Where a tier begins that has no watermark: where there is something that it can be made of. */
export function beginning(buckets: TierBuckets, tier: Tier, sources: readonly (TimeRange | undefined)[]): number {
  const starts = sources.flatMap((source) => (source ? [source.from] : []))
  return starts.length === 0 ? Infinity : buckets.edgeBefore(tier, Math.min(...starts))
}
