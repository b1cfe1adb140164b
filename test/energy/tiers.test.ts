import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { SpooledDatabase } from '../../src/database/spooled-database'
import { RAW, type Tier } from '../../src/database/tiers/tier'
import { bucketsBetween } from '../../src/domain/local-buckets'
import { parseTariff } from '../../src/domain/tariffs/parse-tariff'
import { TimeZone } from '../../src/domain/time-zone'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import { energyReport } from '../../src/energy/energy-report'
import { GERMAN_DAY_AND_NIGHT } from '../domain/tariffs/real-tariffs'
import { FakeClock } from '../support/fake-clock'
import { reading } from '../support/readings'
import { makeDatabase } from '../support/sqlite'

const MINUTE = 60_000
const ZONE = 'Europe/Berlin'
/** Three days, of which the second has 23 hours. */
const FROM = Date.parse('2025-03-29T00:00+01:00')
const TO = Date.parse('2025-04-01T00:00+02:00')
const HOURLY: Tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 0, fields: [] }
const DAILY: Tier = { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 0, fields: [] }

describe('A report of energy, as readings become hours, and hours days,', () => {
  const folder = mkdtempSync(join(tmpdir(), 'energy-tiers-'))
  const file = join(folder, 'home.sqlite')
  const tariff = parseTariff(GERMAN_DAY_AND_NIGHT)
  const now = TO + 60 * MINUTE
  let database: SpooledDatabase

  before(async () => {
    database = makeDatabase(file)
    await database.start()
    const readings = Array.from({ length: (TO - FROM) / MINUTE + 1 }, (_, minute) => {
      const timestamp = FROM + minute * MINUTE
      const heater = reading({ device_id: 'heater', timestamp, power_w: 600, energy_kwh: 50 + minute / 100 })
      return [heater, reading({ device_id: 'lamp', timestamp, power_w: minute % 1440 < 360 ? 90 : 0 })]
    }).flat()
    for (let start = 0; start < readings.length; start += 1000)
      await database.write(readings.slice(start, start + 1000))
    assert.ok(await database.settle(30_000))
    const { store, catalog } = database.tiers
    const plan = { raw_keep_days: 0, tiers: [HOURLY, DAILY], time_zone: ZONE }
    await store.prepare(plan, { set_up: 'nothing', margin_days: 0 })
    await catalog.setPlan(plan)
    for (const tier of plan.tiers) {
      const buckets = bucketsBetween(new TimeZone(ZONE), tier.bucket, FROM, TO)
      await store.write(tier, await store.rollUp({ buckets, device_ids: [], fields: [] }))
      await catalog.setWatermark(tier.name, TO)
    }
  })
  after(async () => {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const expire = (source: typeof RAW | Tier) =>
    database.tiers.store.expire({ source, from: FROM - 1, to: TO, device_ids: [] })
  const report = (period: string) => {
    const query = parseEnergyQuery({ from: FROM, to: TO, period }, now, tariff)
    return energyReport({ database, query, tariff, clock: new FakeClock(now) })
  }

  it('stays the same from hours, and has the same energy from days, whose cost is an estimate', async () => {
    const [hours, days] = [await report('hour'), await report('day')]
    assert.equal(hours.rows.length, 71 * 3)
    assert.ok(Math.abs((days.total.energy_kwh ?? 0) - (71 * 0.6 + 18 * 0.09)) < 0.05)
    // A weekend, then a Monday.
    const nt_kwh = days.total.cost?.by_price.find(({ name }) => name === 'NT')?.energy_kwh ?? 0
    assert.ok(Math.abs(nt_kwh - ((47 + 8) * 0.6 + 17 * 0.09)) < 0.05, `${nt_kwh}`)
    await expire(RAW)
    assert.deepEqual(await report('hour'), hours)
    assert.deepEqual(await report('day'), days)
    await expire(HOURLY)
    const estimated = await report('day')
    const told = ({ rows }: typeof days) => rows.map(({ energy_kwh, energy_source }) => [energy_kwh, energy_source])
    assert.deepEqual(told(estimated), told(days))
    assert.deepEqual(
      estimated.rows.filter(({ device_id }) => device_id === undefined).map((row) => row.estimated),
      [undefined, undefined, true],
    )
    const ratio = (estimated.total.cost?.total ?? 0) / (days.total.cost?.total ?? 1)
    assert.ok(ratio !== 1 && Math.abs(ratio - 1) < 0.05, `${ratio}`)
  })
})
