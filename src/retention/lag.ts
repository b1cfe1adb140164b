import { MonitorError } from '../domain/errors'
import type { Tier } from '../database/tiers/tier'
import { dueUntil, type Moments } from './run/moments'
import type { TierBuckets } from './run/tier-buckets'

export interface LagOptions {
  readonly tiers: readonly Tier[]
  readonly buckets: TierBuckets
  readonly moments: Moments
  readonly watermark: (tier: string) => number | undefined
  /** How long what is due may wait. */
  readonly limit_ms: number
}

/** What is due for longer than it may be; undefined where nothing is. */
export function lagIn({ tiers, buckets, moments, watermark, limit_ms }: LagOptions): MonitorError | undefined {
  for (const tier of tiers) {
    const reached = watermark(tier.name)
    if (reached === undefined || reached >= dueUntil(buckets, tier, moments)) continue
    const waiting_ms = moments.now - moments.delay_ms - buckets.at(tier, reached).to
    if (waiting_ms > limit_ms) return lagging(`${tier.name} is rolled up to ${new Date(reached).toISOString()}`)
  }
  return undefined
}

export function lagging(what: string): MonitorError {
  return new MonitorError('RETENTION_LAGGING', `What is due is not rolled up: ${what}`)
}
