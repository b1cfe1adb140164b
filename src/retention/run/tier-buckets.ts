import { bucketAt } from '../../domain/local-buckets'
import type { TimeZone } from '../../domain/time-zone'
import type { TimeRange } from '../../database/history/record-source'
import type { Tier } from '../../database/tiers/tier'

const DAY_MS = 86_400_000

/** Where the buckets of tiers begin and end, by the plan. */
export class TierBuckets {
  constructor(private readonly zone: TimeZone) {}

  at(tier: Tier, moment: number): TimeRange {
    return bucketAt(this.zone, tier.bucket, moment)
  }

  /** The last edge at or before a moment. */
  edgeBefore(tier: Tier, moment: number): number {
    return this.at(tier, moment).from
  }

  /** The first edge at or after a moment. */
  edgeAfter(tier: Tier, moment: number): number {
    const { from, to } = this.at(tier, moment)
    return from === moment ? from : to
  }

  /**
   * Buckets that end in the range, one after the other; the first one is cut to it. As many as fit into `span_ms`, one at
   * least where there is one.
   */
  between(tier: Tier, { from, to }: TimeRange, span_ms = Infinity): TimeRange[] {
    const buckets: TimeRange[] = []
    if (!(from < to)) return buckets
    for (let at = from; ;) {
      const end = this.at(tier, at).to
      if (end > to || (buckets.length > 0 && end - from > span_ms)) return buckets
      buckets.push({ from: at, to: end })
      at = end
    }
  }

  /** The same for a long range: some buckets at a time. */
  *inTurns(tier: Tier, { from, to }: TimeRange, span_ms = DAY_MS): Generator<TimeRange[]> {
    for (let some = this.between(tier, { from, to }, span_ms); some.length > 0;) {
      yield some
      some = this.between(tier, { from: some.at(-1)?.to ?? to, to }, span_ms)
    }
  }

  /** Whole buckets, those that the range touches. */
  touching(tier: Tier, { from, to }: TimeRange): TimeRange {
    return { from: this.edgeBefore(tier, from), to: this.edgeAfter(tier, to) }
  }
}
