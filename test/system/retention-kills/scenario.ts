import type { TimeRange } from '../../../src/database/history/record-source'
import type { RollUp } from '../../../src/database/tiers/roll-up'
import type { Tier } from '../../../src/database/tiers/tier'
import type { TierStore } from '../../../src/database/tiers/tier-store'
import { bucketsBetween } from '../../../src/domain/local-buckets'
import type { Reading } from '../../../src/domain/reading'
import { TimeZone } from '../../../src/domain/time-zone'
import { parseRetentionOptions, type RetentionOptions } from '../../../src/retention/retention-options'
import { seededRandom } from '../../../src/simulator/seeded-random'
import { aReading } from '../../support/database-samples'

const HOUR = 3_600_000
const DEVICES = ['fridge', 'kettle', 'plug 3']
/** How often devices are polled, more or less. */
const INTERVAL_MS = 300_000

/** Over the day on which Berlin sets its clocks forward. */
const DAYS: TimeRange = { from: Date.UTC(2026, 2, 26, 23), to: Date.UTC(2026, 2, 30, 22) }
export const NOW = DAYS.to + HOUR
/**
 * Every step that there is: raw readings and hours are past their life, days are kept. A server goes by its own clock, and would
 * refuse hours that are past their life.
 * @param kind of the database
 */
export function retentionOf(kind: string | undefined): RetentionOptions {
  return parseRetentionOptions({
    raw_keep_days: 1,
    time_zone: 'Europe/Berlin',
    tiers: [
      { name: 'hourly', bucket: '1h', keep_days: kind === 'sqlite' ? 2 : 0, fields: 'power_w, on' },
      { name: 'daily', bucket: '1d', keep_days: 0, fields: '' },
    ],
  })
}

const { tiers: TIERS, time_zone } = retentionOf('sqlite')
const [HOURLY, DAILY] = TIERS

/** Days of a few devices, in turn out of reach for hours. */
export function readings(): Reading[] {
  const random = seededRandom(8)
  return DEVICES.flatMap((device_id) => {
    const found: Reading[] = []
    let counted_kwh = 10 * random()
    for (let at = DAYS.from; at < DAYS.to; at += Math.ceil(2 * INTERVAL_MS * random())) {
      if (random() < 0.005) at += Math.floor(5 * HOUR * random())
      const power_w = Math.round(1000 * random())
      counted_kwh += (power_w * INTERVAL_MS) / HOUR / 1e6
      const energy_kwh = Math.round(counted_kwh * 1e4) / 1e4
      found.push(aReading({ device_id, timestamp: at, on: power_w > 300, power_w, energy_kwh }))
    }
    return found
  })
}

/** What a store is asked, always of named devices. */
export type Asked = Pick<TierStore, 'count' | 'read' | 'rollUp'>

/** What a store holds, by device and hour or day: how many raw readings, or the row. */
export interface Held {
  readonly raw: ReadonlyMap<string, number>
  readonly hours: ReadonlyMap<string, RollUp>
  readonly days: ReadonlyMap<string, RollUp>
}

const ZONE = new TimeZone(time_zone)
const WHOLE_HOURS = bucketsBetween(ZONE, { unit: 'hour', count: 1 }, DAYS.from, DAYS.to)

export async function heldBy(tiers: Asked): Promise<Held> {
  const raw = new Map<string, number>()
  for (const { device_id, counts } of await tiers.count({ buckets: WHOLE_HOURS, device_ids: DEVICES })) {
    counts.forEach((count, index) => raw.set(keyOf(device_id, WHOLE_HOURS[index]?.from ?? 0), count))
  }
  const rowsOf = async (tier: Tier | undefined) => {
    if (tier === undefined) return new Map<string, RollUp>()
    const rows = await tiers.read({ tier, ...DAYS, device_ids: DEVICES, fields: [] })
    return byKey(rows)
  }
  return { raw, hours: await rowsOf(HOURLY), days: await rowsOf(DAILY) }
}

/** The hours that an undisturbed run makes of everything. */
export async function hoursOf(tiers: Asked): Promise<Held['hours']> {
  return byKey(await tiers.rollUp({ buckets: WHOLE_HOURS, device_ids: DEVICES, fields: HOURLY?.fields ?? [] }))
}

function byKey(rows: readonly RollUp[]): ReadonlyMap<string, RollUp> {
  return new Map(rows.map((row) => [keyOf(row.device_id, row.timestamp), row]))
}

/** The day that an hour is part of, by their keys. */
export const DAY_OF: ReadonlyMap<string, string> = new Map(
  DEVICES.flatMap((device_id) =>
    bucketsBetween(ZONE, { unit: 'day', count: 1 }, DAYS.from, DAYS.to).flatMap(({ from, to }) =>
      WHOLE_HOURS.filter((hour) => hour.from >= from && hour.from < to).map(
        (hour) => [keyOf(device_id, hour.from), keyOf(device_id, from)] as const,
      ),
    ),
  ),
)

function keyOf(device_id: string, moment: number): string {
  return `${device_id} ${new Date(moment).toISOString()}`
}
