import type { Clock } from '../../domain/clock'
import type { TimeRange } from '../../database/history/record-source'
import type { DatabaseTiers } from '../../database/tiers/database-tiers'
import { RAW, type Source, type Tier, type TierPlan } from '../../database/tiers/tier'
import type { RetentionOptions } from '../retention-options'
import { momentsAt, type Moments } from './moments'
import type { Tally } from './tally'
import type { TierBuckets } from './tier-buckets'

/** What all parts of one run work with. */
export interface Work extends DatabaseTiers {
  readonly options: RetentionOptions
  readonly plan: TierPlan
  readonly buckets: TierBuckets
  readonly clock: Clock
  readonly tally: Tally
  /** Nothing is written or deleted. */
  readonly dry: boolean
  /** Tiers whose place has turned out not to be there. */
  readonly missing: Set<Tier>
  /** Raw readings, as they reach at the beginning of the run. */
  readonly raw: TimeRange | undefined
  /** When the newest reading was taken; where there is none, until when the finest tier reaches. */
  readonly newest: number
  /** Lives are counted from here: no later than the clock says, nor than the newest reading, as far as the day is known. */
  readonly today: number
}

export function momentsOf({ clock, options, newest, buckets, plan }: Work): Moments {
  return momentsAt(buckets, plan.tiers, { now: clock.now(), delay_ms: options.delay_minutes * 60_000, newest })
}

/** What a tier is made of, where raw readings do not reach as far. */
export function finerThan({ plan, missing }: Pick<Work, 'plan' | 'missing'>, tier: Tier): Tier | undefined {
  return plan.tiers.slice(0, plan.tiers.indexOf(tier)).findLast((finer) => !missing.has(finer))
}

/** At whose edges a source may be cut: the finest that is made of it, or itself. */
export function cuttingTier(work: Pick<Work, 'plan'>, source: Source): Tier {
  return coarserThan(work, source)[0] ?? (source as Tier)
}

/** Tiers that are made of the source, the finest first. */
export function coarserThan({ plan }: Pick<Work, 'plan'>, source: Source): readonly Tier[] {
  return source === RAW ? plan.tiers : plan.tiers.slice(plan.tiers.indexOf(source) + 1)
}
