import assert from 'node:assert/strict'
import type { TimeRange } from '../../../src/database/history/record-source'
import type { Lines } from '../../../src/database/store'
import type { RollUp } from '../../../src/database/tiers/roll-up'
import type { Tier, TierPlan } from '../../../src/database/tiers/tier'
import type { RollUpQuery, ServerRetention, TierStore } from '../../../src/database/tiers/tier-store'
import type { Reading } from '../../../src/domain/reading'
import { aReading, START } from '../../support/database-samples'
import { readingLines } from '../../support/sqlite'

/** A new, empty store that takes lines, and how to be rid of it. */
export interface TierStoreUnderTest {
  readonly tiers: TierStore
  /** Stores lines as they come from the spool; resolves when they can be read. */
  readonly put: (lines: Lines) => Promise<void>
  /** How long a value holds in its means. */
  readonly maximum_gap_ms: number
  /** How many points there are that are neither readings nor tiers; absent where it keeps none. */
  readonly countOthers?: () => Promise<number>
  readonly end: () => Promise<void>
}

export const SECOND = 1000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Kept for ever, because a server goes by a clock of its own, and what a test writes is of a day long ago. */
export const HOURLY: Tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 0, fields: [] }
export const DAILY: Tier = { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 0, fields: [] }
export const PLAN: TierPlan = { raw_keep_days: 0, tiers: [HOURLY, DAILY], time_zone: 'Europe/Berlin' }
export const RETENTION: ServerRetention = { set_up: 'tiers', margin_days: 2 }

/** Ids that find the faults of whoever puts them into a statement, or a line, or a view. */
export const AWKWARD_IDS = [
  `"double" 'single' \`back\``,
  '80:06,a=b c\\',
  '\\n%5C;--DROP',
  'plug 1',
  'plug-1',
  'plug-10',
  'Wasch\u00admaschine é ß',
  '日本 😀',
].sort()

/** Everything that a test could have stored. */
export const EVER: TimeRange = { from: START - 400 * DAY, to: START + 400 * DAY }

export class Subject {
  private made: TierStoreUnderTest | undefined

  constructor(readonly make: () => Promise<TierStoreUnderTest>) {}

  async start(): Promise<void> {
    this.made = await this.make()
  }

  async end(): Promise<void> {
    await this.made?.end()
    this.made = undefined
  }

  get underTest(): TierStoreUnderTest {
    assert.ok(this.made)
    return this.made
  }

  get tiers(): TierStore {
    return this.underTest.tiers
  }

  prepare(plan = PLAN) {
    return this.tiers.prepare(plan, RETENTION)
  }

  async put(readings: readonly Reading[]): Promise<void> {
    await this.underTest.put(readingLines(...readings))
  }

  /** All rows of a tier. */
  rows(tier: Tier, own: Partial<RollUpQuery> = {}): Promise<RollUp[]> {
    return this.tiers.read({ tier, ...EVER, device_ids: [], fields: [], ...own })
  }

  /** How many good readings each device has, as text. */
  async readings(): Promise<string[]> {
    const found = await this.tiers.count({ buckets: [EVER], device_ids: [] })
    return found.map(({ device_id, counts }) => `${device_id}: ${counts.join()}`).sort()
  }
}

export function bucketsFrom(start: number, lengths: readonly number[]): TimeRange[] {
  let from = start
  return lengths.map((length) => ({ from, to: (from += length) }))
}

export function hours(count: number, start = START): TimeRange[] {
  return bucketsFrom(start, Array<number>(count).fill(HOUR))
}

export function atMinute(device_id: string, minute: number, own: Partial<Reading> = {}): Reading {
  return aReading({ device_id, timestamp: START + minute * MINUTE, power_w: 100, ...own })
}

/** A row without anything that may be absent. */
export function aRow(own: Partial<RollUp> = {}): RollUp {
  return {
    ...{ device_id: 'plug-1', timestamp: START, duration_ms: HOUR },
    ...{ samples: 0, covered_s: 0, completeness: 0, resets: 0, version: 1, fields: {} },
    ...own,
  }
}
