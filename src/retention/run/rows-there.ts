import { longestMs } from '../../domain/local-buckets'
import type { MeasuredKey } from '../../domain/reading'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Tier } from '../../database/tiers/tier'
import type { TierStore } from '../../database/tiers/tier-store'
import { rangeOf, type Window } from './windows'

const LONGEST_BUCKET_MS = 367 * 86_400_000
/** How much further is looked back each time. */
const FURTHER = 8

type Span = Pick<RollUp, 'device_id' | 'timestamp' | 'duration_ms'>

/** Rows of a tier in a window, those that begin before and reach into it, and those of a bucket behind it. */
export async function rowsThere(
  store: TierStore,
  tier: Tier,
  window: Window,
  fields: readonly MeasuredKey[],
): Promise<RollUp[]> {
  const { from, to } = rangeOf(window.buckets)
  const [begin, end] = [from - longestMs(tier.bucket), to + longestMs(tier.bucket)]
  const rows = await store.read({ tier, from: begin, to: end, device_ids: window.device_ids, fields })
  const known = new Set(rows.filter(({ timestamp }) => timestamp <= from).map(({ device_id }) => device_id))
  const unknown = window.device_ids.filter((id) => !known.has(id))
  return [...(await lastBefore(store, tier, begin, unknown)), ...rows]
}

/** Whether two rows of one device have a time in common: no plan ever makes such, only two plans at once. */
export function overlap(rows: readonly Span[]): boolean {
  const ends = new Map<string, number>()
  return rows
    .toSorted((one, other) => one.timestamp - other.timestamp)
    .some(({ device_id, timestamp, duration_ms }) => {
      const end = ends.get(device_id) ?? timestamp
      ends.set(device_id, Math.max(end, timestamp + duration_ms))
      return end > timestamp
    })
}

/** The last row of each device: under an older plan rows may have been longer. Mostly there is one in the bucket before. */
async function lastBefore(store: TierStore, tier: Tier, moment: number, ids: readonly string[]): Promise<RollUp[]> {
  const unknown = new Set(ids)
  const found: RollUp[] = []
  let reach_ms = longestMs(tier.bucket)
  for (let at = moment; unknown.size > 0 && at > moment - LONGEST_BUCKET_MS; at -= reach_ms) {
    reach_ms *= FURTHER
    const range = { from: at - reach_ms, to: at }
    const rows = await store.read({ tier, ...range, device_ids: [...unknown], fields: ['power_w'] })
    for (const row of rows.reverse()) if (unknown.delete(row.device_id)) found.push(row)
  }
  return found
}
