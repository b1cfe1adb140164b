import type { Tier, TierPlan } from '../../src/database/tiers/tier'
import type { RollUp } from '../../src/database/tiers/roll-up'
import type { ServerRetention } from '../../src/database/tiers/tier-store'

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000

export function aTier(own: Partial<Tier> = {}): Tier {
  return { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [], ...own }
}

/** Raw readings for a week, one tier for a month. */
export function aPlan(own: Partial<TierPlan> = {}): TierPlan {
  return { raw_keep_days: 7, tiers: [aTier()], time_zone: 'UTC', ...own }
}

export function aRetention(set_up: ServerRetention['set_up'] = 'tiers'): ServerRetention {
  return { set_up, margin_days: 2 }
}

/** A row of an hour, with nothing in it. */
export function anEmptyRow(timestamp: number): RollUp {
  const counts = { samples: 1, covered_s: 0, completeness: 0, resets: 0, version: 1 }
  return { device_id: 'plug-1', timestamp, duration_ms: HOUR_MS, ...counts, fields: {} }
}
