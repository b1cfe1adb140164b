import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parseInflux1Options, parseInflux3Options } from '../../src/database/influx/influx-options'
import { influxStore } from '../../src/database/influx-servers'
import { SpooledDatabase } from '../../src/database/spooled-database'
import type { Store } from '../../src/database/store'
import { RAW, type Tier } from '../../src/database/tiers/tier'
import { parseWriterOptions } from '../../src/database/writer-options'
import { systemClock } from '../../src/domain/clock'
import { bucketsBetween } from '../../src/domain/local-buckets'
import { TimeZone } from '../../src/domain/time-zone'
import { parseEnergyQuery } from '../../src/energy/energy-query'
import { energyReport } from '../../src/energy/energy-report'
import { startInfluxd, whyNoInfluxd } from '../support/influx-servers'
import { Influx3Server } from '../support/influx3-server'
import { reading } from '../support/readings'
import { skipWithout } from '../support/skipping'
import { makeStore } from '../support/sqlite'
import { answerSql } from '../support/sql-answers'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const FROM = Date.UTC(2026, 0, 5)
const TO = FROM + 3 * HOUR
const HOURLY: Tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 0, fields: [] }
const PLAN = { raw_keep_days: 0, tiers: [HOURLY], time_zone: 'UTC' }
const POWER_W = { strip: 300, 'strip-1': 100, 'strip-2': 200, lamp: 50 }

/** A strip, its two outlets, and a lamp beside it. */
const READINGS = Array.from({ length: 181 }, (_, minute) =>
  Object.entries(POWER_W).map(([device_id, power_w]) =>
    reading({
      ...{ device_id, timestamp: FROM + minute * MINUTE, power_w, energy_kwh: 5 + (power_w * minute) / 60_000 },
      ...(device_id.startsWith('strip-') && { parent_id: 'strip' }),
    }),
  ),
).flat()

describe('A strip of which nothing is left but rows', function () {
  this.timeout(60_000)

  /** @param forget what is left of raw readings goes, as a server deletes them */
  async function assertCountsOnce(makeStore: () => Store, forget: () => Promise<unknown>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'gone-strip-'))
    const options = parseWriterOptions({ batch_delay_ms: 0, durability: 'none' })
    const opened = async () => {
      const database = new SpooledDatabase({
        store: makeStore(),
        folder,
        options,
        clock: systemClock,
        random: Math.random,
      })
      await database.start()
      return database
    }
    const before = await opened()
    await before.write(READINGS)
    assert.ok(await before.settle(30_000))
    const { store, catalog } = before.tiers
    await store.prepare(PLAN, { set_up: 'tiers', margin_days: 0 })
    await catalog.setPlan(PLAN)
    const buckets = bucketsBetween(new TimeZone('UTC'), HOURLY.bucket, FROM, TO)
    await store.write(HOURLY, await store.rollUp({ buckets, device_ids: [], fields: [] }))
    await catalog.setWatermark(HOURLY.name, TO)
    if (store.expiry === 'us') await store.expire({ source: RAW, from: FROM, to: TO + MINUTE, device_ids: [] })
    await forget()
    await before.stop()

    const database = await opened()
    assert.deepEqual(await database.latest(), [])
    const query = parseEnergyQuery({ from: FROM, to: TO, period: 'day', time_zone: 'UTC' }, TO)
    const { total, devices } = await energyReport({ database, query, clock: systemClock })
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
    assert.deepEqual(
      devices.map(({ device_id }) => device_id),
      ['lamp', 'strip-1', 'strip-2'],
    )
    assert.equal(total.energy_kwh?.toFixed(2), '1.05')
  }

  const nothingMore = () => Promise.resolve()
  const given = { slow_ms: 1000, maximum_gap_ms: 300_000, clock: systemClock }

  it('does not count beside its outlets: SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gone-strip-'))
    await assertCountsOnce(() => makeStore(join(folder, 'home.sqlite'), {}), nothingMore)
    rmSync(folder, { recursive: true, force: true })
  })

  it('does not count beside its outlets: InfluxDB 1.x', async function () {
    skipWithout(whyNoInfluxd(), this)
    const server = await startInfluxd()
    await server.query('CREATE DATABASE "home"')
    const options = parseInflux1Options({ url: server.url, database: 'home' })
    await assertCountsOnce(() => influxStore({ options, ...given }), nothingMore)
    await server.stop()
  })

  it('does not count beside its outlets: InfluxDB 3.x, as documented', async () => {
    const server = await new Influx3Server({ database: 'home' }).start()
    server.sql = answerSql
    const options = parseInflux3Options({ url: server.url, database: 'home', token: 'apiv3_token' })
    const forget = () => Promise.resolve(server.stored.remove(({ measurement }) => measurement === 'reading'))
    await assertCountsOnce(() => influxStore({ options, ...given }), forget)
    await server.stop()
  })
})
