import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import type { Database } from '../../src/database/database'
import type { TimeRange } from '../../src/database/history/record-source'
import type { RollUp } from '../../src/database/tiers/roll-up'
import type { Tier } from '../../src/database/tiers/tier'
import { bucketsBetween } from '../../src/domain/local-buckets'
import type { Reading } from '../../src/domain/reading'
import { TimeZone } from '../../src/domain/time-zone'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import { FakeClock } from '../support/fake-clock'
import { retaining } from '../support/retaining'
import { household, type HouseholdDevice } from '../support/loads/household'
import { assertMeanPower, assertRow, assertShare, assertTotal, sumOf } from './assert-truth'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const PATIENCE_MS = 60_000
const RAW_KEEP_DAYS = 3

/** A started, empty database, and how to be rid of it. */
export interface TruthSubject {
  readonly database: Database
  readonly end: () => Promise<void>
}

/** How much of a household is played. */
export interface TruthScope {
  /** Of those in `HOUSEHOLD`. */
  readonly devices: readonly string[]
  readonly days: number
  /** Of those in `PLACES`; absent: all. */
  readonly zones?: readonly string[]
}

/** Where a household lives, and the local day on which its story begins: each crosses the end of a month. */
const PLACES = [
  { zone: 'Europe/Berlin', start: Date.UTC(2026, 2, 27), days_of_h: [23, 24] },
  { zone: 'America/New_York', start: Date.UTC(2026, 9, 30), days_of_h: [24, 25] },
  { zone: 'Asia/Kathmandu', start: Date.UTC(2026, 2, 29), days_of_h: [24] },
  { zone: 'Australia/Lord_Howe', start: Date.UTC(2026, 8, 30), days_of_h: [23.5, 24] },
] as const

type Place = (typeof PLACES)[number]

/** The rows that are left of a household after its story. */
interface Ending {
  readonly devices: readonly HouseholdDevice[]
  readonly rows: ReadonlyMap<string, readonly RollUp[]>
  readonly days: readonly TimeRange[]
}

/** Readings of weeks are rolled up day by day and expire; what is left of them tells the truth. */
export function describeTruth(name: string, make: () => Promise<TruthSubject>, scope: TruthScope): void {
  describe(`what retention leaves of a household: ${name}`, function () {
    this.timeout(300_000)
    for (const place of PLACES) {
      if (scope.zones?.includes(place.zone) ?? true) describeHousehold(place, make, scope)
    }
  })
}

function describeHousehold(place: Place, make: () => Promise<TruthSubject>, scope: TruthScope): void {
  describe(`in ${place.zone}`, () => {
    let ending: Ending
    before(async () => {
      const { database, end } = await make()
      try {
        ending = await live(database, place, scope)
      } finally {
        await end()
      }
    })
    const each = (tier: string, look: (rows: readonly RollUp[], device: HouseholdDevice) => void) => {
      for (const device of ending.devices) {
        const { device_id } = device.truth
        const rows = (ending.rows.get(tier) ?? []).filter((row) => row.device_id === device_id)
        assert.ok(rows.length > 0, `${device_id} has no rows`)
        look(rows, device)
      }
    }

    for (const tier of ['hourly', 'daily', 'monthly']) {
      it(`tells nothing but the truth: ${tier}`, () => {
        each(tier, (rows, { truth }) => rows.forEach((row) => assertRow(row, truth)))
      })
    }

    it('counts each reading once, and leaves out no hour and no day', () => {
      for (const tier of ['hourly', 'daily']) {
        each(tier, (rows, { truth }) => {
          assert.equal(
            sumOf(rows, ({ samples }) => samples),
            truth.moments.length,
          )
          const moments = rows.map(({ timestamp }) => timestamp)
          assert.deepEqual(moments, [...new Set(moments)].sort())
        })
      }
    })

    it('is off by less than 0.5 % in the energy of each day and month, but for what polls around midnight saw too late', () => {
      for (const tier of ['daily', 'monthly']) {
        each(tier, (rows, { truth }) => {
          for (const row of rows) assertShare(rangeOf(row), row.energy_kwh ?? 0, truth)
        })
      }
    })

    it('is off by less than 0.5 % in the energy of each device in all, and of all devices in each day', () => {
      const all = { from: ending.days[0]?.from ?? 0, to: ending.days.at(-1)?.to ?? 0 }
      const used = (rows: readonly RollUp[]) => sumOf(rows, ({ energy_kwh = 0 }) => energy_kwh)
      each('hourly', (rows, { truth }) => assertTotal(used(rows), all, [truth]))
      const counted = ending.devices.map(({ truth }) => truth).filter(({ hasCounter }) => hasCounter)
      for (const day of ending.days) {
        const rows = (ending.rows.get('daily') ?? []).filter(
          (row) => row.timestamp === day.from && counted.some(({ device_id }) => device_id === row.device_id),
        )
        assertTotal(used(rows), day, counted)
      }
    })

    it('is off by less than 1 % in the mean power of each day that the counter tells, but for polls around midnight', () => {
      const told = new Set<string>()
      each('daily', (rows, { truth }) => {
        for (const row of rows) if (assertMeanPower(row, truth)) told.add(truth.device_id)
      })
      assert.ok(told.size > 0, 'there was no such day')
    })

    it('has days as long as they are', () => {
      const hours = (ending.rows.get('daily') ?? []).map(({ duration_ms }) => duration_ms / HOUR)
      assert.deepEqual([...new Set(hours)].sort(), place.days_of_h)
    })
  })
}

function rangeOf({ timestamp, duration_ms }: RollUp): TimeRange {
  return { from: timestamp, to: timestamp + duration_ms }
}

/** Each day its readings are written, those that come late a day later, and retention runs. */
async function live(database: Database, place: Place, scope: TruthScope): Promise<Ending> {
  const zone = new TimeZone(place.zone)
  const from = zone.firstMoment(place.start)
  const days = bucketsBetween(zone, { unit: 'day', count: 1 }, from, from + scope.days * DAY + HOUR).slice(
    0,
    scope.days,
  )
  const all = { from, to: days.at(-1)?.to ?? from }
  const devices = household(scope.devices, all, place.zone.length, 300_000)
  const clock = new FakeClock(from)
  const options = optionsFor(place.zone)
  const retention = retaining(database, options, clock)
  for (const day of days) {
    await database.write(devices.flatMap(({ readings }) => readings.filter((one) => arrivesWithin(day, one, from))))
    assert.ok(await database.settle(PATIENCE_MS))
    clock.jump(day.to + 10 * MINUTE - clock.now())
    await retention.run(false)
  }
  await retention.stop()
  const rows = new Map<string, RollUp[]>()
  for (const tier of options.tiers) rows.set(tier.name, await rowsOf(database, tier, all))
  await assertExpired(database, clock.now(), all)
  return { devices, rows, days }
}

function optionsFor(time_zone: string) {
  return parseRetentionOptions({
    raw_keep_days: RAW_KEEP_DAYS,
    time_zone,
    // For ever, because a server goes by its own clock, and would refuse what is this old.
    tiers: [
      { name: 'hourly', bucket: '1h', keep_days: 0, fields: '' },
      { name: 'daily', bucket: '1d', keep_days: 0, fields: '' },
      { name: 'monthly', bucket: '1mo', keep_days: 0, fields: '' },
    ],
  })
}

/** Twice the database is away for hours, once over midnight: what was read meanwhile arrives a day later. */
function arrivesWithin(day: TimeRange, { timestamp }: Reading, from: number): boolean {
  const since = timestamp - from
  const isLate = (since >= 14 * HOUR && since < 19 * HOUR) || (since >= 46 * HOUR && since < 51 * HOUR)
  const arrives = isLate ? timestamp + DAY : timestamp
  return arrives >= day.from && arrives < day.to
}

/** From the beginning of the month that the story begins in. */
function rowsOf(database: Database, tier: Tier, { from, to }: TimeRange): Promise<RollUp[]> {
  return database.tiers.store.read({ tier, from: from - 31 * DAY, to, device_ids: [], fields: [] })
}

async function assertExpired({ tiers }: Database, now: number, { from }: TimeRange): Promise<void> {
  if (tiers.store.expiry === 'server') return
  const left = await tiers.store.extent('raw')
  assert.ok(left !== undefined && left.from > from, 'no raw reading has expired')
  assert.ok(left.from <= now - RAW_KEEP_DAYS * DAY + 2 * HOUR, 'raw readings have expired before their time')
}
