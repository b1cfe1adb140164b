import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { SpooledDatabase } from '../../src/database/spooled-database'
import type { Reading } from '../../src/domain/reading'
import { parseTariff } from '../../src/domain/tariffs/parse-tariff'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import { energyReport } from '../../src/energy/energy-report'
import { emptyRecord, type DeviceRecord } from '../../src/homeassistant/discovery/device-record'
import { Costs } from '../../src/homeassistant/state/costs'
import { GERMAN_DAY_AND_NIGHT } from '../domain/tariffs/real-tariffs'
import { FakeClock } from '../support/fake-clock'
import { reading } from '../support/readings'
import { makeDatabase } from '../support/sqlite'

const MINUTE = 60_000
/** A Wednesday and a Thursday. */
const FROM = Date.parse('2025-11-19T00:00+01:00')
const TO = Date.parse('2025-11-21T00:00+01:00')
const KW = 1.2
const PRICES = { difference: 0.29 - 0.22, changes: 2, tax: 1.19 }

/** Read just before the hours and half hours, or every 36 minutes: then each night begins between two readings. */
const EVERY_MIN = { even: 30, askew: 36 }

function readingsOf(device_id: keyof typeof EVERY_MIN): Reading[] {
  const every_ms = EVERY_MIN[device_id] * MINUTE
  return Array.from({ length: (TO - FROM) / every_ms + 1 }, (_, index) => {
    const energy_kwh = 50 + (KW * index * every_ms) / (60 * MINUTE)
    return reading({ device_id, timestamp: FROM - 1 + index * every_ms, power_w: KW * 1000, energy_kwh })
  })
}

/** What the bridge to Home Assistant has counted at the end. */
function liveCost(readings: readonly Reading[]): number {
  const records = new Map<string | undefined, DeviceRecord>()
  const record = (id?: string) => records.get(id) ?? (records.set(id, emptyRecord()).get(id) as DeviceRecord)
  const inventory = { record, find: (id?: string) => records.get(id), touch: () => undefined }
  const costs = new Costs({ tariff: parseTariff(GERMAN_DAY_AND_NIGHT), inventory })
  return readings.map((each) => costs.take(each, false)).at(-1) ?? NaN
}

describe('The live cost and the report of the same readings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'live-cost-'))
  let database: SpooledDatabase

  before(async () => {
    database = makeDatabase(join(folder, 'home.sqlite'))
    await database.start()
    await database.write([...readingsOf('even'), ...readingsOf('askew')])
    assert.ok(await database.settle(30_000))
  })
  after(async () => {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('agree, but for the readings between which the price changes', async () => {
    const [tariff, now] = [parseTariff(GERMAN_DAY_AND_NIGHT), TO + MINUTE]
    const query = parseEnergyQuery({ from: FROM, to: TO, period: 'day' }, now, tariff)
    const report = await energyReport({ database, query, tariff, clock: new FakeClock(now) })
    const billed = (device: string) =>
      (report.devices.find(({ device_id }) => device_id === device)?.cost?.energy ?? NaN) * PRICES.tax
    const between_kwh = (KW * EVERY_MIN.askew) / 60
    const edges = between_kwh * PRICES.difference * PRICES.changes * PRICES.tax
    assert.ok(Math.abs(billed('even') - 2 * KW * (16 * 0.29 + 8 * 0.22) * PRICES.tax) < 1e-4, `${billed('even')}`)
    assert.ok(Math.abs(liveCost(readingsOf('even')) - billed('even')) < 1e-4, `${liveCost(readingsOf('even'))}`)
    const difference = Math.abs(liveCost(readingsOf('askew')) - billed('askew'))
    assert.ok(difference <= edges, `${difference} of ${edges}`)
  })
})
