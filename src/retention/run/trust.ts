import { RAW } from '../../database/tiers/tier'
import type { Work } from './work'

const DAY_MS = 86_400_000
const LONGEST_BREAK_DAYS = 30

/**
 * Whether the newest readings say what day it is. A clock that is years ahead stamps them as well, so that where there was nothing
 * for a month before, a day of readings has to come first.
 */
export async function isDayKnown({ store, plan, raw, newest }: Work): Promise<boolean> {
  const recent = { from: newest - LONGEST_BREAK_DAYS * DAY_MS, to: newest - DAY_MS }
  if (raw && (await store.devices(RAW, recent)).length > 0) return true
  for (const tier of plan.tiers) if ((await store.devices(tier, recent)).length > 0) return true
  return false
}
