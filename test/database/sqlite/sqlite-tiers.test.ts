import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import { planOf } from '../../../src/database/sqlite/sqlite-plans'
import { firstValue } from '../../../src/database/sqlite/sqlite-schema'
import type { SqliteStore } from '../../../src/database/sqlite/sqlite-store'
import type { RollUp } from '../../../src/database/tiers/roll-up'
import type { Tier, TierPlan } from '../../../src/database/tiers/tier'
import { toMonitorError } from '../../../src/domain/errors'
import { aReading, START, withFolder } from '../../support/database-samples'
import { makeStore, readingLines } from '../../support/sqlite'

const HOUR = 3_600_000
const HOURLY: Tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] }
const DAILY: Tier = { name: 'daily', bucket: { unit: 'day', count: 1 }, keep_days: 365, fields: ['power_w'] }
const RETENTION = { set_up: 'tiers', margin_days: 2 } as const
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER }

const ROW: RollUp = {
  ...{ device_id: 'plug-1', timestamp: START, duration_ms: HOUR, samples: 360, covered_s: 3540, completeness: 0.9833 },
  ...{ first_timestamp: START + 5, last_timestamp: START + HOUR - 5, resets: 0, on_s: 1800, switches: 2, version: 1 },
  ...{ energy_kwh: 0.0413, energy_source: 'counter', energy_integral_kwh: 0.041299, energy_step_kwh: 0.001 },
  fields: {
    power_w: { mean: 41.3333, minimum: 2, maximum: 120.5, p50: 2.001, p95: 119, held_s: 3540 },
    on: { mean: 0.5085, minimum: 0, maximum: 1, p50: 1, p95: 1, held_s: 3000 },
  },
}

function planWith(...tiers: Tier[]): TierPlan {
  return { raw_keep_days: 7, tiers, time_zone: 'Europe/Berlin' }
}

async function withStore(run: (store: SqliteStore, file: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'readings.db')
    const store = makeStore(file)
    try {
      await run(store, file)
    } finally {
      await store.stop()
    }
  })
}

/** As people look at it who open the file with another tool. */
function look(file: string, sql: string): Record<string, unknown>[] {
  const other = new Libsql(file)
  try {
    return other.prepare(sql).all([]) as Record<string, unknown>[]
  } finally {
    other.close()
  }
}

function viewsOf(file: string): unknown[] {
  return look(file, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name").map(({ name }) => name)
}

describe('the tiers of a SQLite file, for people who look into it', () => {
  it('are views with the keys and units that everything else uses', () =>
    withStore(async ({ tiers }, file) => {
      await tiers.prepare(planWith(HOURLY, DAILY), RETENTION)
      await tiers.write(HOURLY, [ROW])
      const [row = {}] = look(file, 'SELECT * FROM readings_hourly')
      const { fields, ...rest } = ROW
      for (const [key, value] of Object.entries(rest)) assert.equal(row[key], value, key)
      for (const [key, field] of Object.entries(fields)) {
        const { mean, minimum, maximum, p50, p95, held_s } = field
        const shown = ['mean', 'min', 'max', 'p50', 'p95', 'held_s'].map((name) => row[`${key}_${name}`])
        assert.deepEqual(shown, [mean, minimum, maximum, p50, p95, held_s])
      }
      assert.deepEqual([row.voltage_v_mean, row.voltage_v_held_s], [null, null])
      assert.deepEqual(look(file, 'SELECT * FROM readings_daily'), [])
    }))

  it('have the columns of the plan, also when it changes', () =>
    withStore(async ({ tiers }, file) => {
      const columns = () => look(file, "SELECT name FROM pragma_table_info('readings_daily')").map(({ name }) => name)
      await tiers.prepare(planWith(DAILY), RETENTION)
      assert.ok(columns().includes('power_w_mean') && !columns().includes('on_mean'))
      await tiers.prepare(planWith({ ...DAILY, fields: ['on'] }), RETENTION)
      assert.ok(columns().includes('on_mean') && !columns().includes('power_w_mean'))
    }))

  it('are looked up by key, and fields that nobody asks for cost nothing', () =>
    withStore(async ({ tiers }, file) => {
      await tiers.prepare(planWith(HOURLY), RETENTION)
      const other = new Libsql(file)
      const where = `FROM readings_hourly WHERE device_id = 'plug-1' AND timestamp >= ${START}`
      const plan = planOf(other, `SELECT timestamp, energy_kwh, power_w_mean ${where}`)
      other.close()
      assert.equal(plan.length, 3)
      for (const step of plan) assert.match(step, /^SEARCH /)
    }))

  it('stay where the plan has them no more until their rows are gone, and retention says so', () =>
    withStore(async ({ tiers }, file) => {
      await tiers.prepare(planWith(HOURLY, DAILY), RETENTION)
      await tiers.write(HOURLY, [ROW])
      const { findings } = await tiers.prepare(planWith(DAILY), RETENTION)
      assert.equal(findings.length, 1)
      assert.match(findings[0] ?? '', /^The tier hourly is kept no more.*readings_hourly/)
      assert.deepEqual(viewsOf(file), ['readings', 'readings_daily', 'readings_hourly'])
      assert.equal(await tiers.expire({ source: HOURLY, ...EVER, device_ids: [] }), 1)
      assert.deepEqual((await tiers.prepare(planWith(DAILY), RETENTION)).findings, [])
      assert.deepEqual(viewsOf(file), ['readings', 'readings_daily'])
      assert.deepEqual(await tiers.read({ tier: HOURLY, ...EVER, device_ids: [], fields: [] }), [])
    }))

  it('that are kept no more go with the statements that retention names', () =>
    withStore(async ({ tiers }, file) => {
      await tiers.prepare(planWith(HOURLY), RETENTION)
      await tiers.write(HOURLY, [ROW])
      const { findings } = await tiers.prepare(planWith(DAILY), RETENTION)
      const [, statements = ''] = /This deletes it: (.*)\.$/.exec(findings[0] ?? '') ?? []
      const other = new Libsql(file)
      other.exec(statements)
      assert.equal(firstValue(other, 'SELECT (SELECT count(*) FROM roll_up) + (SELECT count(*) FROM roll_up_field)'), 0)
      other.close()
      assert.deepEqual((await tiers.prepare(planWith(DAILY), RETENTION)).findings, [])
    }))

  it('have no name that could be a statement', () =>
    withStore(async ({ tiers }, file) => {
      for (const name of ['a"; DROP TABLE reading; --', 'Hourly', '', 'a b', 'x'.repeat(21)]) {
        await assert.rejects(tiers.prepare(planWith({ ...HOURLY, name }), RETENTION), (thrown: unknown) => {
          const { code, details } = toMonitorError(thrown)
          return code === 'CONFIG_INVALID' && details?.field === 'name' && details.value === name
        })
      }
      assert.deepEqual(viewsOf(file), ['readings'])
    }))
})

describe('rolling up in a SQLite file', () => {
  it('sees a field that a device says for the first time in the midst of thousands of readings', () =>
    withStore(async (store) => {
      const readings = Array.from({ length: 3300 }, (_, second) =>
        aReading({
          timestamp: START + 1000 * second,
          power_w: 5,
          ...(second === 2500 && { temperature_c: 21.5 }),
          ...(second === 3200 && { humidity_pct: 55 }),
        }),
      )
      await store.send(readingLines(...readings))
      const buckets = [{ from: START, to: START + HOUR }]
      const [row] = await store.tiers.rollUp({ buckets, device_ids: [], fields: [] })
      assert.equal(row?.samples, 3300)
      assert.deepEqual(Object.keys(row.fields).sort(), ['humidity_pct', 'power_w', 'temperature_c'])
      assert.equal(row.fields.temperature_c?.mean, 21.5)
      for (const field of ['temperature_c', 'humidity_pct'] as const) {
        const [alone] = await store.tiers.rollUp({ buckets, device_ids: [], fields: [field] })
        assert.deepEqual(alone?.fields[field], row.fields[field])
      }
    }))

  it('gives the same rows whether it is asked for hours one by one or for thousands at once', () =>
    withStore(async (store) => {
      const quarter = HOUR / 4
      const readings = Array.from({ length: 2000 }, (_, index) =>
        aReading({ timestamp: START + index * 400_000, power_w: index % 100, energy_kwh: Math.floor(index / 3) / 10 }),
      )
      await store.send(readingLines(...readings))
      const buckets = Array.from({ length: 900 }, (_, index) => ({
        from: START + index * quarter,
        to: START + (index + 1) * quarter,
      }))
      const order = { device_ids: [], fields: [] }
      const all = await store.tiers.rollUp({ ...order, buckets })
      assert.ok(all.length > 800)
      const some = buckets.filter((_bucket, index) => index % 60 === 0)
      for (const bucket of some) {
        const expected = all.filter(({ timestamp }) => timestamp === bucket.from)
        assert.deepEqual(await store.tiers.rollUp({ ...order, buckets: [bucket] }), expected)
      }
    }))

  it('takes rows of a device that has no readings, which the first reading then describes', () =>
    withStore(async (store) => {
      await store.tiers.write(HOURLY, [ROW])
      assert.deepEqual(await store.latest(), [])
      const reading = aReading({ timestamp: START + 1, alias: 'Kettle' })
      await store.send(readingLines(reading))
      assert.deepEqual(await store.latest(), [reading])
      assert.equal((await store.tiers.read({ tier: HOURLY, ...EVER, device_ids: ['plug-1'], fields: [] })).length, 1)
    }))

  it('estimates what readings and rows take within a third', () =>
    withStore(async (store, file) => {
      const own = { on: true, voltage_v: 230.123, current_a: 0.179, rssi_dbm: -60 }
      for (let hour = 0; hour < 24; hour += 1) {
        const readings = Array.from({ length: 500 }, (_, index) => {
          const timestamp = START + hour * HOUR + 7200 * index
          return aReading({ timestamp, ...own, power_w: 41 + index / 10, energy_kwh: 100 + hour / 24 })
        })
        await store.send(readingLines(...readings))
      }
      await store.tiers.write(
        HOURLY,
        Array.from({ length: 2000 }, (_, hour) => ({ ...ROW, timestamp: START + hour * HOUR })),
      )
      for (const [source, tables] of [
        ['raw', "'reading'"],
        [HOURLY, "'roll_up', 'roll_up_field'"],
      ] as const) {
        const { bytes = 0 } = await store.tiers.measure(source, EVER)
        const [found] = look(file, `SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN (${tables})`)
        const ratio = bytes / Number(found?.bytes)
        assert.ok(ratio > 0.67 && ratio < 1.5, `${bytes} for ${String(found?.bytes)}`)
      }
    }))
})
