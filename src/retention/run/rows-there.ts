import { longestMs } from '../../domain/local-buckets'
import type { MeasuredKey } from '../../domain/reading'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Tier } from '../../database/tiers/tier'
import type { TierStore } from '../../database/tiers/tier-store'
import { rangeOf, type Window } from './windows'

const LONGEST_BUCKET_MS = 367 * 86_400_000
/** How much further is looked back each time. */
const FURTHER = 8

/** Rows of a tier in a window, and those that begin before and reach into it. */
export async function rowsThere(
  store: TierStore,
  tier: Tier,
  { buckets, device_ids }: Window,
  fields: readonly MeasuredKey[],
): Promise<RollUp[]> {
  const { from, to } = rangeOf(buckets)
  return store.read({ tier, from: from - longestMs(tier.bucket), to, device_ids, fields })
}

/**
 * Of devices that have no row which begins with the window, the last one before it: under an older plan rows may have been longer,
 * and reach into it.
 */
export async function rowsBefore(
  store: TierStore,
  tier: Tier,
  { buckets, device_ids }: Window,
  known: readonly RollUp[],
): Promise<RollUp[]> {
  const { from } = rangeOf(buckets)
  const found: RollUp[] = []
  const unknown = new Set(device_ids)
  const take = ({ device_id, timestamp }: RollUp) => timestamp <= from && unknown.delete(device_id)
  known.forEach(take)
  let at = from - longestMs(tier.bucket)
  for (let reach_ms = longestMs(tier.bucket); unknown.size > 0 && at > from - LONGEST_BUCKET_MS;) {
    reach_ms *= FURTHER
    const range = { from: at - reach_ms, to: at }
    const rows = await store.read({ tier, ...range, device_ids: [...unknown], fields: ['power_w'] })
    for (const row of rows.reverse()) if (take(row)) found.push(row)
    at = range.from
  }
  return found
}
