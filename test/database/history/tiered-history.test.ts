import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { HistoryBucket, HistoryPage, HistoryQuery, HistoryRow } from '../../../src/database/database'
import { HistoryReader } from '../../../src/database/history/history-reader'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import { TieredHistory } from '../../../src/database/history/tiered-history'
import { composed } from '../../../src/database/roll-up/composed'
import type { DirtyStretch, TierCatalog } from '../../../src/database/tiers/tier-catalog'
import { RAW, type Tier, type TierPlan } from '../../../src/database/tiers/tier'
import { bucketsBetween } from '../../../src/domain/local-buckets'
import { MEASURED_FIELDS, type NumberField, type Reading } from '../../../src/domain/reading'
import { TimeZone } from '../../../src/domain/time-zone'
import { aReading } from '../../support/database-samples'
import { FakeClock } from '../../support/fake-clock'
import { MemorySource } from '../../support/memory-source'
import { MemoryTiers } from '../../support/memory-tiers'

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]
const GAP_MS = 5 * MINUTE
const DEVICES = ['counted', 'metered', 'often away']

const HOURLY: Tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 0, fields: [] }
const DAILY: Tier = { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 0, fields: [] }

class MemoryCatalog implements TierCatalog {
  readonly parents = new Map<string, string>()
  readonly watermarks = new Map<string, number>()
  readonly stretches = new Map<string, DirtyStretch[]>()
  raw_expired_before: number | undefined

  constructor(readonly plan: TierPlan) {}

  watermark = (tier: string) => this.watermarks.get(tier)
  dirty = (tier: string) => this.stretches.get(tier) ?? []
  setPlan = () => Promise.resolve()
  setWatermark = () => Promise.resolve()
  clean = () => Promise.resolve()
}

/** Some days of three devices, with tiers as retention makes them. */
class Household {
  readonly tiers = new MemoryTiers(GAP_MS)
  readonly catalog: MemoryCatalog
  readonly source: MemorySource
  readonly zone: TimeZone

  constructor(
    time_zone: string,
    readonly readings: Reading[],
    tiers: readonly Tier[] = [HOURLY, DAILY],
  ) {
    this.zone = new TimeZone(time_zone)
    this.catalog = new MemoryCatalog({ raw_keep_days: 7, time_zone, tiers })
    this.source = new MemorySource(readings)
    this.tiers.put(...readings)
  }

  /** Up to the last edge of the finest tier at or before a moment, and of the others as far. */
  async rollUp(until: number): Promise<void> {
    await this.tiers.prepare(this.catalog.plan)
    const from = Math.min(...this.readings.map(({ timestamp }) => timestamp)) - DAY
    for (const [index, tier] of this.catalog.plan.tiers.entries()) {
      const buckets = bucketsBetween(this.zone, tier.bucket, from, until)
      const finer = this.catalog.plan.tiers[index - 1]
      const rows = finer
        ? DEVICES.flatMap((id) =>
            composed(
              this.tiers.rows(finer.name).filter((row) => row.device_id === id),
              buckets,
            ),
          )
        : await this.tiers.rollUp({ buckets, device_ids: [], fields: tier.fields })
      await this.tiers.write(tier, rows)
      this.catalog.watermarks.set(tier.name, buckets.at(-1)?.to ?? from)
    }
  }

  async expire(source: Tier | typeof RAW, before: number): Promise<void> {
    await this.tiers.expire({ source, from: 0, to: before, device_ids: [] })
    if (source !== RAW) return
    const left = this.readings.filter(({ timestamp }) => timestamp >= before)
    this.readings.splice(0, this.readings.length, ...left)
  }

  raw(query: HistoryQuery): Promise<HistoryPage> {
    return new HistoryReader(this.source, GAP_MS).history(query)
  }

  /** What it remembers is another one's each time. */
  get history(): TieredHistory {
    const store = { history: (query: HistoryQuery) => this.raw(query), tiers: this.tiers }
    return new TieredHistory({ store, catalog: this.catalog, clock: new FakeClock() })
  }

  async all(query: HistoryQuery): Promise<(HistoryBucket | HistoryRow)[]> {
    const rows: (HistoryBucket | HistoryRow)[] = []
    let cursor: string | undefined
    do {
      const page = await this.history.history({ ...query, ...(cursor !== undefined && { cursor }) })
      assert.ok(page.rows.length <= query.limit)
      rows.push(...page.rows)
      cursor = page.cursor
    } while (cursor !== undefined)
    return rows
  }

  async buckets(query: HistoryQuery): Promise<HistoryBucket[]> {
    return (await this.all(query)) as HistoryBucket[]
  }
}

/** One that counts, one that has no counter, and one that is away for hours at a time. */
function readingsOf(seed: number, from: number, to: number): Reading[] {
  let state = seed
  const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  return DEVICES.flatMap((device_id) => {
    const readings: Reading[] = []
    let energy_kwh = 3
    for (let now = from + random() * MINUTE; now < to;) {
      const power_w = Math.round(random() * 2e6) / 1000
      const counter = device_id === 'metered' ? {} : { energy_kwh: Math.round(energy_kwh * 1e4) / 1e4 }
      readings.push(aReading({ device_id, timestamp: Math.floor(now), power_w, on: power_w > 1000, ...counter }))
      const away = device_id === 'often away' && random() < 0.02
      const step_ms = away ? random() * 9 * HOUR : (40 + random() * 400) * SECOND
      energy_kwh += (power_w * step_ms) / 3.6e9
      now += step_ms
    }
    return readings
  }).sort((one, other) => one.timestamp - other.timestamp)
}

function ask(given: object): HistoryQuery {
  return parseHistoryQuery({ order: 'oldest-first', limit: 10_000, ...given }, 0)
}

/** What a row of a tier may differ by from what it was made of, times the rows that a bucket is made of. */
function assertSame(found: readonly HistoryBucket[], expected: readonly HistoryBucket[]): void {
  const placesOf = (rows: readonly HistoryBucket[]) =>
    rows.map(({ device_id, timestamp, bucket_ms, count }) => [device_id, timestamp, bucket_ms, count])
  assert.deepEqual(placesOf(found), placesOf(expected))
  for (const [index, one] of found.entries()) {
    const other = expected[index] as HistoryBucket
    const parts = Math.ceil(one.bucket_ms / HOUR) + 2
    assertNear(one.covered_s, other.covered_s, 0.001 * parts, 'covered_s')
    assertNear(one.energy_kwh, other.energy_kwh, 1e-6 * parts, 'energy_kwh')
    for (const field of ['power_w', 'on'] as const) {
      const [mine, theirs] = [one.fields[field], other.fields[field]]
      const { resolution = 0.1 } = MEASURED_FIELDS[field] as Partial<NumberField>
      for (const key of ['mean', 'minimum', 'maximum'] as const) assertNear(mine?.[key], theirs?.[key], resolution, key)
    }
  }
}

function assertNear(one: number | undefined, other: number | undefined, tolerance: number, name: string): void {
  if (one === undefined || other === undefined) assert.equal(one, other, name)
  else assert.ok(Math.abs(one - other) <= tolerance, `${name}: ${one}, not ${other}`)
}

/** Where the clocks are changed in each zone, or nearly. */
const ZONES = [
  { time_zone: 'Europe/Berlin', start: Date.UTC(2026, 2, 27) },
  { time_zone: 'America/New_York', start: Date.UTC(2025, 9, 31) },
  { time_zone: 'Asia/Kathmandu', start: Date.UTC(2026, 0, 30) },
  { time_zone: 'Australia/Lord_Howe', start: Date.UTC(2026, 3, 3) },
]
const someHousehold = fc.record({
  ...{
    place: fc.constantFrom(...ZONES),
    seed: fc.integer({ min: 1, max: 1e6 }),
    rolled_h: fc.integer({ min: 0, max: 80 }),
  },
})
const someQuestion = fc.record({
  bucket: fc.constantFrom('hour', 'day', 'month', '1h', '6h', '1d', 'auto', '10m'),
  from_m: fc.oneof(
    fc.integer({ min: -600, max: 4000 }),
    fc.integer({ min: 0, max: 60 }).map((hour) => hour * 60),
  ),
  length_m: fc.integer({ min: 1, max: 5000 }),
  order: fc.constantFrom('oldest-first', 'newest-first'),
  limit: fc.constantFrom(7, 40, 10_000),
  device_ids: fc.constantFrom([], ['counted'], ['metered', 'often away', 'nobody']),
  fields: fc.constantFrom([], ['power_w']),
})

describe('history from tiers', () => {
  it('is what raw readings give, wherever the watermark is, in pages of any size and in both orders', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(someHousehold, someQuestion, async ({ place, seed, rolled_h }, question) => {
        const { start, time_zone } = place
        const household = new Household(time_zone, readingsOf(seed, start, start + 3 * DAY))
        await household.rollUp(start + rolled_h * HOUR)
        const { from_m, length_m, ...others } = question
        const from = start + from_m * MINUTE + (from_m % 60)
        const query = ask({ ...others, from, to: from + length_m * MINUTE, time_zone })
        const expected = (await household.raw({ ...query, limit: 100_000 })).rows as HistoryBucket[]
        assertSame(await household.buckets(query), expected)
      }),
      { numRuns: 25 },
    )
  })

  it('has every reading and all energy once, whatever has expired meanwhile', async function () {
    this.timeout(60_000)
    const gone = fc.record({ raw_h: fc.integer({ min: 0, max: 60 }), hourly_h: fc.integer({ min: 0, max: 60 }) })
    await fc.assert(
      fc.asyncProperty(someHousehold, someQuestion, gone, async ({ place, seed }, question, { raw_h, hourly_h }) => {
        const { start, time_zone } = place
        const household = new Household(time_zone, readingsOf(seed, start, start + 3 * DAY))
        const { order, limit, bucket } = question
        const query = ask({
          order,
          limit,
          bucket,
          from: start - DAY,
          to: start + 4 * DAY,
          time_zone,
        })
        const before = (await household.raw({ ...query, limit: 100_000 })).rows as HistoryBucket[]
        await household.rollUp(start + 70 * HOUR)
        const edge = (tier: Tier, hours: number) =>
          bucketsBetween(household.zone, tier.bucket, start - DAY, start + hours * HOUR).at(-1)?.to ?? 0
        await household.expire(RAW, edge(HOURLY, raw_h))
        await household.expire(HOURLY, Math.min(edge(DAILY, hourly_h), edge(HOURLY, raw_h)))
        const after = await household.buckets(query)
        const keys = after.map(({ device_id, timestamp }) => `${timestamp} ${device_id}`)
        assert.equal(new Set(keys).size, keys.length)
        for (const device_id of DEVICES) {
          const [was, is] = [before, after].map((rows) => totalsOf(rows, device_id))
          assert.deepEqual(is?.count, was?.count)
          // A rise over an outage is told by the reading before it as well, which may have gone.
          if (device_id !== 'often away') assertNear(is?.energy_kwh, was?.energy_kwh, 1e-4, 'energy_kwh')
        }
      }),
      { numRuns: 25 },
    )
  })

  it('reads a long range from the coarsest tier alone, with the percentiles that it knows', async () => {
    const { start, household } = await berlin()
    household.tiers.calls.length = 0
    household.source.questions = 0
    const midnight = start - HOUR
    const query = ask({
      bucket: 'day',
      time_zone: 'Europe/Berlin',
      from: midnight,
      to: midnight + 2 * DAY,
      device_ids: 'counted',
    })
    const rows = await household.buckets(query)
    assert.deepEqual(
      rows.map(({ timestamp, bucket_ms }) => [timestamp - midnight, bucket_ms]),
      [
        [0, DAY],
        [DAY, DAY],
      ],
    )
    const [stored] = household.tiers.rows('daily').filter(({ device_id }) => device_id === 'counted')
    assert.deepEqual(rows[0]?.fields.power_w?.p95, stored?.fields.power_w?.p95)
    assert.equal(household.source.questions, 0)
    assert.equal(household.tiers.calls.includes('rollUp'), false)
  })

  it('makes the running day of the hours that are rolled up, and of readings since', async () => {
    const { start, household } = await berlin(DAY + 10 * HOUR)
    household.tiers.calls.length = 0
    const day = { bucket: 'day', time_zone: 'Europe/Berlin', from: start - HOUR + DAY, to: start + DAY + 11.4 * HOUR }
    const query = ask({ ...day, device_ids: 'counted' })
    assertSame(await household.buckets(query), (await household.raw(query)).rows as HistoryBucket[])
    assert.equal(household.tiers.calls.filter((call) => call === 'rollUp').length, 1)
    assert.ok(household.tiers.calls.includes('read'))
  })

  it('gives longer rows as they are where nothing finer is left', async () => {
    const { start, household } = await berlin()
    await household.expire(RAW, start + 30 * HOUR)
    const query = ask({ bucket: '10m', from: start + 28.5 * HOUR, to: start + 31.5 * HOUR, device_ids: 'counted' })
    const rows = await household.buckets(query)
    const places = rows.map(({ timestamp, bucket_ms }) => [(timestamp - start) / HOUR, bucket_ms / MINUTE])
    // The first hour that is left of raw readings knows nothing of the reading before it.
    assert.deepEqual(places.slice(0, 4), [
      [28, 60],
      [29, 60],
      [30, 60],
      [31, 10],
    ])
    assert.equal(places.length, 6)
  })

  it('does not take the last reading of a silent device, or a late one, for where raw readings begin', async () => {
    const { start, household } = await berlin()
    const silent = aReading({ device_id: 'silent', timestamp: start + 2 * HOUR + 1, power_w: 7 })
    await household.expire(RAW, start + 30 * HOUR)
    const query = ask({ bucket: '10m', from: start, to: start + 60 * HOUR, device_ids: 'counted', limit: 10_000 })
    const before = await household.buckets(query)
    assert.equal(before[0]?.bucket_ms, HOUR)
    household.catalog.raw_expired_before = start + 30 * HOUR
    household.readings.unshift(silent)
    household.tiers.put(silent)
    const sum = (rows: readonly HistoryBucket[]) => totalsOf(rows, 'counted').count
    const after = await household.buckets(query)
    assert.equal(after[0]?.bucket_ms, HOUR)
    assert.ok(sum(after) >= sum(before))
  })

  it('asks raw readings for what came late, as long as they last', async () => {
    const { start, household } = await berlin()
    const late = aReading({ device_id: 'counted', timestamp: start + 20 * HOUR + 7, power_w: 3000 })
    household.readings.push(late)
    household.tiers.put(late)
    const query = ask({ bucket: 'hour', from: start + 19 * HOUR, to: start + 22 * HOUR, device_ids: 'counted' })
    const maximum = async () => (await household.buckets(query))[1]?.fields.power_w?.maximum
    assert.notEqual(await maximum(), 3000)
    const stretch = { device_id: 'counted', from: late.timestamp - GAP_MS, to: late.timestamp + GAP_MS }
    household.catalog.stretches.set('hourly', [stretch])
    assert.equal(await maximum(), 3000)
    await household.expire(RAW, start + 30 * HOUR)
    assert.notEqual(await maximum(), 3000)
  })

  it('passes by a tier that does not keep what is asked for, unless it is the last that is left', async () => {
    const { start, household } = await berlin(70 * HOUR, [{ ...HOURLY, fields: ['power_w'] }])
    const query = ask({ bucket: 'hour', from: start, to: start + HOUR, device_ids: 'counted', fields: 'on' })
    assert.deepEqual(Object.keys((await household.buckets(query))[0]?.fields ?? {}), ['on'])
    await household.expire(RAW, start + 30 * HOUR)
    const [left] = await household.buckets(query)
    assert.deepEqual(left?.fields, {})
    assert.ok((left?.energy_kwh ?? 0) > 0)
  })

  it('says of readings as they are where they begin, when tiers know of an earlier time', async () => {
    const { start, household } = await berlin()
    const query = ask({ from: start, to: start + 40 * HOUR, limit: 5 })
    assert.equal((await household.history.history(query)).raw_from, undefined)
    await household.expire(RAW, start + 30 * HOUR)
    const page = await household.history.history(query)
    assert.deepEqual([page.raw_from, page.rows.length], [start + 31 * HOUR, 5])
    const later = await household.history.history({ ...query, from: start + 31 * HOUR })
    assert.equal(later.raw_from, undefined)
    household.tiers.fault = () => 'fail'
    assert.equal((await household.history.history(query)).raw_from, undefined)
  })
})

async function berlin(
  rolled_ms = 70 * HOUR,
  tiers?: readonly Tier[],
): Promise<{ start: number; household: Household }> {
  const start = Date.UTC(2026, 1, 3)
  const household = new Household('Europe/Berlin', readingsOf(7, start - HOUR, start + 3 * DAY), tiers)
  await household.rollUp(start + rolled_ms)
  return { start, household }
}

function totalsOf(rows: readonly HistoryBucket[], device_id: string): { count: number; energy_kwh: number } {
  const own = rows.filter((row) => row.device_id === device_id)
  return {
    count: own.reduce((sum, { count }) => sum + count, 0),
    energy_kwh: own.reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0),
  }
}
