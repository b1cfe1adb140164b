import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import type { SqliteFile } from '../../../src/database/sqlite/sqlite-file'
import { firstValue } from '../../../src/database/sqlite/sqlite-schema'
import type { SqliteStore } from '../../../src/database/sqlite/sqlite-store'
import type { RollUp } from '../../../src/database/tiers/roll-up'
import type { Tier, TierPlan } from '../../../src/database/tiers/tier'
import { toMonitorError, type ErrorCode } from '../../../src/domain/errors'
import { aReading, START, withFolder } from '../../support/database-samples'
import { makeStore, openFile, readingLines } from '../../support/sqlite'

const HOUR = 3_600_000
const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER }
const HOURLY: Tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] }
const PLAN: TierPlan = { raw_keep_days: 7, tiers: [HOURLY], time_zone: 'UTC' }
const RETENTION = { set_up: 'tiers', margin_days: 2 } as const

/** One reading each second of one device, put there quickly. */
async function fill(file: string, count: number): Promise<void> {
  // In a thread of its own, whose end lets go of the file.
  const store = makeStore(file)
  await store.probe()
  await store.stop()
  const other = new Libsql(file)
  other.exec("INSERT INTO device VALUES (1, 'plug-1', NULL, 'Kettle', 'HS110(EU)', '127.0.0.1', 0)")
  other.exec(`WITH RECURSIVE step(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n < ${count - 1})
INSERT INTO reading (device, timestamp, suspect, power_w_e3) SELECT 1, ${START} + 1000 * n, 0, 41000 + n FROM step`)
  other.close()
}

function hours(count: number): { from: number; to: number }[] {
  return Array.from({ length: count }, (_, hour) => ({ from: START + hour * HOUR, to: START + (hour + 1) * HOUR }))
}

function rows(count: number): RollUp[] {
  const field = { mean: 1.2345, minimum: 1, maximum: 2, p50: 1, p95: 2, held_s: 60 }
  const rest = { samples: 1, covered_s: 60, completeness: 0.0167, resets: 0, version: 1, fields: { power_w: field } }
  return hours(count).map(({ from }) => ({ device_id: 'plug-1', timestamp: from, duration_ms: HOUR, ...rest }))
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | undefined> {
  return work.then(
    () => undefined,
    (thrown: unknown) => toMonitorError(thrown).code,
  )
}

/** Runs with the store of a file that has so many readings. */
async function withStore(
  count: number,
  settings: Readonly<Record<string, number | string>>,
  run: (store: SqliteStore, file: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'readings.db')
    await fill(file, count)
    const store = makeStore(file, settings)
    try {
      await run(store, file)
    } finally {
      await store.stop()
    }
  })
}

describe('long work on the tiers of a SQLite file', () => {
  const works: [string, (file: SqliteFile) => unknown][] = [
    ['rolling up', ({ tiers }) => tiers.rollUp({ buckets: hours(60), device_ids: ['plug-1'], fields: [] })],
    ['counting', ({ tiers }) => tiers.count({ buckets: hours(60), device_ids: ['plug-1'] })],
    ['measuring', ({ tiers }) => tiers.measure({ source: 'raw', ...EVER })],
    ['expiring', ({ tiers }) => tiers.expire({ source: 'raw', ...EVER, device_ids: [] })],
  ]
  for (const [what, begin] of works) {
    it(`lets writes in between, and ends when the file is closed: ${what}`, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'readings.db')
        await fill(path, 100_000)
        // Every look at it ends a turn, however fast the machine is.
        let now_ms = 0
        const file = openFile(path, {}, () => (now_ms += 1000))
        let isDone = false
        const work = Promise.resolve(begin(file)).finally(() => (isDone = true))
        // What the thread's port does when a message comes.
        await new Promise((resolve) => setImmediate(resolve))
        assert.equal(isDone, false)
        assert.deepEqual(file.write(readingLines(aReading({ device_id: 'plug-2', timestamp: START })).text), [])
        file.close()
        assert.equal(await codeOf(work), 'CLOSED')
        const again = openFile(path)
        assert.equal(again.latest(['plug-2']).length, 1)
        again.close()
      }))
  }

  it('fails with what was written for a part taken back as a whole', () =>
    withStore(1, {}, async ({ tiers }) => {
      const bad = { ...rows(1)[0], timestamp: Number.NaN } as RollUp
      assert.ok(await codeOf(tiers.write(HOURLY, [...rows(10), bad])))
      assert.equal(await tiers.extent(HOURLY), undefined)
      await tiers.write(HOURLY, rows(10))
      assert.equal((await tiers.read({ tier: HOURLY, ...EVER, device_ids: [], fields: [] })).length, 10)
    }))

  it('says that another program holds the file', () =>
    withStore(1, { busy_timeout_ms: 0 }, async ({ tiers }, file) => {
      await tiers.prepare(PLAN, RETENTION)
      const other = new Libsql(file)
      other.exec('BEGIN IMMEDIATE')
      assert.equal(await codeOf(tiers.write(HOURLY, rows(1))), 'DATABASE_LOCKED')
      assert.equal(await codeOf(tiers.expire({ source: 'raw', ...EVER, device_ids: [] })), 'DATABASE_LOCKED')
      assert.deepEqual(await tiers.read({ tier: HOURLY, ...EVER, device_ids: [], fields: [] }), [])
      other.exec('ROLLBACK')
      other.close()
      await tiers.write(HOURLY, rows(1))
    }))

  it('expires in a file that is full, and then there is room', () =>
    withStore(60_000, { maximum_mb: 2 }, async ({ tiers }) => {
      assert.equal(await codeOf(tiers.write(HOURLY, rows(9000))), 'DATABASE_FULL')
      const full = await tiers.measure(HOURLY, EVER)
      assert.equal(await tiers.expire({ source: 'raw', ...EVER, device_ids: [] }), 60_000)
      await tiers.write(HOURLY, rows(9000))
      assert.ok((full.rows ?? 0) < 9000)
    }))
})

describe('the space of a SQLite file', () => {
  it('is given back after readings have expired, some of it at a time, and the log is emptied', () =>
    withStore(600_000, {}, async ({ tiers }, file) => {
      await tiers.shrink()
      const { size_bytes: before = 0 } = await tiers.size()
      assert.equal(await tiers.expire({ source: 'raw', from: 0, to: START + 5e8, device_ids: [] }), 500_000)
      const { free_bytes = 0 } = await tiers.size()
      assert.ok(free_bytes > 0.7 * before)
      let calls = 1
      while (await tiers.shrink()) calls += 1
      assert.ok(calls > 1)
      const after = await tiers.size()
      assert.deepEqual(after, { size_bytes: statSync(file).size, free_bytes: 0 })
      assert.equal(statSync(`${file}-wal`).size, 0)
      assert.ok((after.size_bytes ?? 0) < 0.3 * before)
      assert.equal((await tiers.measure('raw', EVER)).rows, 100_000)
    }))

  it('is told without the log, which grows while another program reads', () =>
    withStore(50_000, {}, async (store, file) => {
      const { tiers } = store
      await tiers.size()
      const other = new Libsql(file)
      other.exec('BEGIN')
      assert.equal(firstValue(other, 'SELECT count(*) FROM reading'), 50_000)
      for (let hour = 0; hour < 20; hour++) {
        const readings = Array.from({ length: 500 }, (_, index) =>
          aReading({ device_id: 'plug-2', timestamp: START + hour * HOUR + index }),
        )
        await store.send(readingLines(...readings))
      }
      const { size_bytes = 0 } = await tiers.size()
      assert.ok(statSync(`${file}-wal`).size > 100_000)
      other.exec('COMMIT')
      other.close()
      await tiers.shrink()
      assert.equal(size_bytes, statSync(file).size)
    }))

  it('is given back although another program reads, later', () =>
    withStore(50_000, {}, async ({ tiers }, file) => {
      await tiers.size()
      const other = new Libsql(file)
      other.exec('BEGIN')
      assert.equal(firstValue(other, 'SELECT count(*) FROM reading'), 50_000)
      await tiers.expire({ source: 'raw', ...EVER, device_ids: [] })
      assert.equal(await tiers.shrink(), false)
      assert.equal(firstValue(other, 'SELECT count(*) FROM reading'), 50_000)
      other.exec('COMMIT')
      other.close()
      await tiers.shrink()
      assert.ok(statSync(file).size < 200_000)
    }))

  it('stays in a file that was made before that was possible; a backup of it can, once it is put back', () =>
    withStore(50_000, {}, async (store, file) => {
      const old = new Libsql(file)
      old.exec('PRAGMA auto_vacuum = NONE; VACUUM')
      old.close()
      const { tiers } = store
      const { findings } = await tiers.prepare(PLAN, RETENTION)
      assert.match(findings.join(), /^The file was made before it could give space back/)
      await tiers.expire({ source: 'raw', ...EVER, device_ids: [] })
      assert.equal(await tiers.shrink(), false)
      assert.ok(((await tiers.size()).free_bytes ?? 0) > 1e6)
      await store.backup(`${file}.copy`)
      await store.restore(`${file}.copy`)
      assert.deepEqual((await tiers.prepare(PLAN, RETENTION)).findings, [])
    }))
})
