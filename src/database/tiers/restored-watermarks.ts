import { bucketsOf, edgeBefore } from '../history/bucket-edges'
import { RAW, type Source, type Tier, type TierPlan } from './tier'
import type { TierStore } from './tier-store'

const DAY_MS = 86_400_000

type Extents = Pick<TierStore, 'extent'>

/** How far tiers reach in a file that has been put back, as far as that is sure: retention finds the rest. */
export async function restoredWatermarks(store: Extents, plan: TierPlan | undefined): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  let source: Source = RAW
  for (const tier of plan?.tiers ?? []) {
    const reached = await watermarkOf(store, tier, source, plan?.time_zone ?? '').catch(() => undefined)
    if (reached !== undefined) found.set(tier.name, reached)
    source = tier
  }
  return found
}

/**
 * A backup may have been made while rows were written, which are those of a day, or of one bucket, at a time: the newest ones need
 * not be there of all devices. What they are made of goes only once they are.
 */
async function watermarkOf(store: Extents, tier: Tier, source: Source, zone: string): Promise<number | undefined> {
  const rows = await store.extent(tier)
  if (rows === undefined) return undefined
  const buckets = bucketsOf({ length: tier.bucket, time_zone: zone })
  const written = edgeBefore(buckets, edgeBefore(buckets, rows.to - 1) - DAY_MS)
  const left = await store.extent(source)
  const reached = Math.max(written, left ? edgeBefore(buckets, left.from) : written)
  return reached > rows.from ? reached : undefined
}
