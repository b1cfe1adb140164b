import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseTariff } from '../../src/domain/tariffs/parse-tariff'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import { energyReport } from '../../src/energy/energy-report'
import type { EnergyReport, EnergyRow } from '../../src/energy/report'
import { hasCode } from '../domain/tariffs/has-code'
import { AUSTRALIAN_DEMAND, BLOCKS, BRITISH_NIGHT, GERMAN_DAY_AND_NIGHT } from '../domain/tariffs/real-tariffs'
import { FakeClock } from '../support/fake-clock'
import { FakeHistory, type Load } from './fake-history'

const HOUR_MS = 3_600_000
const NOW = Date.parse('2025-11-20T14:30+01:00')
const FRIDGE: Load = () => 100
/** From 18 to 19 o'clock UTC. */
const OVEN: Load = (moment) => (new Date(moment).getUTCHours() === 18 ? 2000 : 0)

interface Ask {
  readonly query?: Record<string, unknown>
  readonly tariff?: object
  readonly now?: number
}

function report(database: FakeHistory, { query = {}, tariff: written, now = NOW }: Ask): Promise<EnergyReport> {
  const tariff = written && parseTariff(written)
  const given = { time_zone: 'Europe/Berlin', ...query }
  const clock = new FakeClock(now)
  return energyReport({ database, query: parseEnergyQuery(given, now, tariff), tariff, clock })
}

const kitchen = (now = NOW) => new FakeHistory({ fridge: FRIDGE, oven: OVEN }, now)
const together = ({ rows }: EnergyReport) => rows.filter(({ device_id }) => device_id === undefined)
const of = (device: string, rows: readonly EnergyRow[]) => rows.filter(({ device_id }) => device_id === device)

function near(actual: number | undefined, expected: number, digits = 5): void {
  assert.equal(actual?.toFixed(digits), expected.toFixed(digits))
}

describe('A report of energy', () => {
  it('has the hours of yesterday, all devices together and each', async () => {
    const found = await report(kitchen(), {})
    assert.equal(together(found).length, 24)
    assert.equal(found.rows.length, 72)
    assert.deepEqual(found.rows[0], {
      ...{ timestamp: Date.parse('2025-11-19T00:00+01:00'), duration_ms: HOUR_MS },
      ...{ energy_kwh: 0.1, energy_source: 'counter', completeness: 1, highest_kw: 0.1 },
    })
    const evening = found.rows.filter(({ timestamp }) => timestamp === Date.parse('2025-11-19T19:00+01:00'))
    assert.deepEqual(
      evening.map(({ device_id, energy_kwh }) => [device_id, energy_kwh]),
      [
        [undefined, 2.1],
        ['fridge', 0.1],
        ['oven', 2],
      ],
    )
    near(found.total.energy_kwh, 4.4)
    assert.equal(found.total.highest_kw, 2.1)
    assert.deepEqual([found.period, found.time_zone, found.demand_minutes], ['hour', 'Europe/Berlin', 60])
    assert.equal(found.currency, undefined)
  })

  it('has days of 23 and 25 hours', async () => {
    const query = { period: 'day', from: '2025-03-29T00:00+01:00', to: '2025-04-01T00:00+02:00' }
    const spring = together(await report(kitchen(), { query }))
    assert.deepEqual(
      spring.map(({ duration_ms, energy_kwh }) => [duration_ms / HOUR_MS, energy_kwh]),
      [
        [24, 4.4],
        [23, 4.3],
        [24, 4.4],
      ],
    )
    const month = together(
      await report(kitchen(), { query: { period: 'month', from: 'last-month', to: 'this-month' } }),
    )
    assert.deepEqual(
      month.map(({ duration_ms, energy_kwh }) => [duration_ms / HOUR_MS, energy_kwh]),
      [[31 * 24 + 1, 136.5]],
    )
  })

  it('costs what the household pays, with old prices in the old year, by price and with tax', async () => {
    const found = await report(kitchen(Date.parse('2026-01-10T00:00Z')), {
      query: { period: 'day', from: '2025-12-31T00:00+01:00', to: '2026-01-02T00:00+01:00' },
      tariff: GERMAN_DAY_AND_NIGHT,
      now: Date.parse('2026-01-10T00:00Z'),
    })
    const [old, young] = together(found).map(({ cost }) => cost)
    assert.deepEqual(old?.by_price, [
      { name: 'NT', energy_kwh: 0.8, cost: 0.176 },
      { name: 'HT', energy_kwh: 3.6, cost: 1.044 },
    ])
    near(old?.service, 11.9 / 31)
    near(old?.total, (0.176 + 1.044 + 11.9 / 31) * 1.19)
    near(young?.energy, 0.8 * 0.24 + 3.6 * 0.31)
    assert.deepEqual([found.tariff, found.currency], ['HT/NT', 'EUR'])
    near(found.total.cost?.total, (old?.total ?? 0) + (young?.total ?? 0))
  })

  it('has hours that add up to days, days that add up to months, and devices that add up to the household', async () => {
    for (const tariff of [GERMAN_DAY_AND_NIGHT, BLOCKS, AUSTRALIAN_DEMAND, BRITISH_NIGHT]) {
      const range = { from: '2025-09-20T00:00Z', to: '2025-11-05T00:00Z' }
      const totals: number[][] = []
      for (const period of ['hour', 'day', 'month', 'billing']) {
        const found = await report(kitchen(), { query: { ...range, period }, tariff })
        const sum = (rows: readonly EnergyRow[]) => rows.reduce((all, { cost }) => all + (cost?.total ?? 0), 0)
        const ovens = of('oven', found.rows)
        totals.push([
          sum(together(found)),
          found.total.cost?.total ?? 0,
          sum(found.devices),
          sum(ovens),
          sum(of('oven', found.devices)),
        ])
      }
      const [first = []] = totals
      for (const [all, total, devices, ovens, oven] of totals) {
        for (const one of [all, total, devices]) near(one, first[1] ?? NaN, 2)
        for (const one of [ovens, oven]) near(one, first[4] ?? NaN, 2)
      }
    }
  })

  it('knows the block of a day from what was used before in the billing period', async () => {
    const heater = new FakeHistory({ heater: () => 2000 }, NOW)
    const query = { period: 'day', from: '2025-10-03T00:00+05:30', to: '2025-10-04T00:00+05:30' }
    const { total } = await report(heater, { query, tariff: BLOCKS })
    // 96 kWh before: 4 kWh of the first block are left.
    near(total.cost?.energy, 4 * 4 + 44 * 6)
  })

  it('gives a device its share in what the household pays, also where it is asked for alone', async () => {
    const query = { period: 'day', from: '2025-10-03T00:00Z', to: '2025-10-04T00:00Z' }
    const all = await report(kitchen(), { query, tariff: AUSTRALIAN_DEMAND })
    const one = await report(kitchen(), { query: { ...query, device_ids: 'oven' }, tariff: AUSTRALIAN_DEMAND })
    assert.deepEqual(one.devices, of('oven', all.devices))
    assert.equal(one.total.energy_kwh, one.devices[0]?.energy_kwh)
  })

  it('asks for half hours where a price begins with one', async () => {
    const database = kitchen()
    const { total } = await report(database, { tariff: BRITISH_NIGHT })
    assert.deepEqual(database.queries[0]?.bucket, { length: { unit: 'minute', count: 30 }, time_zone: 'Europe/London' })
    near(total.cost?.energy, 0.5 * 0.085 + 3.9 * 0.27)
    assert.equal(total.estimated, undefined)
  })

  it('spreads the energy of days whose hours are gone, and says so', async () => {
    const database = kitchen()
    database.coarse_until = NOW
    const hours = together(await report(database, {}))
    assert.ok(hours.every(({ energy_kwh, estimated }) => estimated && Math.abs((energy_kwh ?? 0) - 4.4 / 24) < 1e-6))
    const day = await report(database, { query: { period: 'day' } })
    assert.deepEqual([day.total.energy_kwh, day.total.estimated], [4.4, undefined])
    const priced = await report(database, { query: { period: 'day' }, tariff: GERMAN_DAY_AND_NIGHT })
    assert.equal(priced.total.estimated, true)
    near(priced.total.cost?.energy, 4.4 * ((16 * 0.29 + 8 * 0.22) / 24))
    const flat = { ...GERMAN_DAY_AND_NIGHT, versions: [{ rows: [{ name: 'all day', price_per_kwh: 0.3 }] }] }
    assert.equal((await report(database, { query: { period: 'day' }, tariff: flat })).total.estimated, undefined)
  })

  it('ends with now, and says how much of the time is known', async () => {
    const database = new FakeHistory({ fridge: (moment) => (moment < NOW - 2 * HOUR_MS ? 100 : undefined) }, NOW)
    const found = await report(database, { query: { from: 'today', to: '2025-11-21T00:00+01:00', period: 'day' } })
    assert.equal(found.to, NOW)
    assert.equal(found.total.duration_ms, 14.5 * HOUR_MS)
    near(found.total.completeness, 12.5 / 14.5)
    near(found.total.energy_kwh, 1.25)
  })

  it('does not count twice what a strip and its outlets measure', async () => {
    const loads = { strip: () => 300, 'strip-1': () => 100, 'strip-2': () => 200 }
    const parts = { 'strip-1': { parent_id: 'strip' }, 'strip-2': { parent_id: 'strip' } }
    const database = new FakeHistory(loads, NOW, parts)
    const found = await report(database, { query: { period: 'day' } })
    assert.deepEqual(
      found.devices.map(({ device_id }) => device_id),
      ['strip-1', 'strip-2'],
    )
    near(found.total.energy_kwh, 7.2)
    const strip = await report(database, { query: { period: 'day', device_ids: ['strip'] } })
    near(strip.total.energy_kwh, 7.2)
  })

  it('says of a strip that it costs what its outlets do, whoever is asked for', async () => {
    const loads = { strip: () => 2000, 'strip-1': () => 1000, 'strip-2': () => 1000, other: () => 1000 }
    const parts = { 'strip-1': { parent_id: 'strip' }, 'strip-2': { parent_id: 'strip' } }
    const database = new FakeHistory(loads, NOW, parts)
    // Of the first 200 kWh of the month 72 a day: what counts twice would be dear.
    const rows = [
      { name: 'cheap', price_per_kwh: 0.1, up_to_kwh: 200 },
      { name: 'dear', price_per_kwh: 1 },
    ]
    const tariff = { name: 'blocks', currency: 'EUR', time_zone: 'Europe/Berlin', versions: [{ rows }] }
    const days = { period: 'day', from: '2025-11-02T00:00+01:00', to: '2025-11-03T00:00+01:00' }
    const costs = async (...device_ids: string[]) => {
      const { total, devices } = await report(database, { query: { ...days, device_ids }, tariff })
      near(total.energy_kwh, device_ids.includes('strip') ? 48 : 72)
      return [total.cost?.total, ...devices.map(({ cost }) => cost?.total)]
    }
    assert.deepEqual(await costs(), [7.2, 2.4, 2.4, 2.4])
    assert.deepEqual(await costs('strip'), [4.8, 4.8])
    assert.deepEqual(await costs('strip', 'strip-1', 'strip-2'), [4.8, 4.8, 2.4, 2.4])
  })

  it('has the highest power of all devices together, also where days are left alone', async () => {
    const database = new FakeHistory({ one: () => 1000, two: () => 500 }, NOW)
    database.coarse_until = NOW
    const found = await report(database, { query: { period: 'day' } })
    assert.deepEqual([found.total.highest_kw, ...found.devices.map(({ highest_kw }) => highest_kw)], [1.5, 1, 0.5])
  })

  it('is empty where there is nothing', async () => {
    const found = await report(new FakeHistory({}, NOW), { query: { period: 'day' }, tariff: GERMAN_DAY_AND_NIGHT })
    assert.deepEqual([found.devices, found.total.energy_kwh, found.total.completeness], [[], undefined, 0])
    assert.equal(found.rows.length, 1)
  })

  it('refuses what is too much for one report, what has not begun, and what was before the tariff', async () => {
    const many = new FakeHistory(
      Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`plug-${index}`, FRIDGE])),
      NOW,
    )
    await assert.rejects(
      report(many, { query: { from: '2025-11-01T00:00Z', to: 'now', period: 'hour' } }),
      hasCode('INPUT_INVALID', /^period: "hour".*at most 200 periods/),
    )
    await assert.rejects(
      report(many, { query: { from: '2015-01-01T00:00Z', to: 'now', period: 'month' } }),
      hasCode('INPUT_INVALID', /^from: .*at most 841 days/),
    )
    const tomorrow = { from: '2025-11-21T00:00Z', to: '2025-11-22T00:00Z' }
    await assert.rejects(report(kitchen(), { query: tomorrow }), hasCode('INPUT_INVALID', /^from: .*before now/))
    const [version] = GERMAN_DAY_AND_NIGHT.versions
    const tariff = { ...GERMAN_DAY_AND_NIGHT, versions: [{ ...version, valid_from: '2025-11-20' }] }
    await assert.rejects(report(kitchen(), { tariff }), hasCode('INPUT_INVALID', /^from: "2025-11-18T23:00.*HT\/NT/))
    const { total } = await report(kitchen(), { query: { from: 'today', to: 'now', period: 'day' }, tariff })
    near(total.energy_kwh, 1.45)
  })
})
