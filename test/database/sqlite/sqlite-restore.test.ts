import assert from 'node:assert/strict'
import { copyFileSync, closeSync, existsSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import type { SpooledDatabase } from '../../../src/database/spooled-database'
import { ROLL_UP_VERSION, type RollUp } from '../../../src/database/tiers/roll-up'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import { toMonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { aReading, START, withFolder } from '../../support/database-samples'
import { makeDatabase } from '../../support/sqlite'

const PATIENCE_MS = 30_000

interface Subject {
  readonly database: SpooledDatabase
  readonly file: string
  /** A sound backup with readings 0 to 99. */
  readonly backup: string
}

/** Runs with a database that holds readings 0 to 199, and a backup of when it held half of them. */
async function withBackup(run: (subject: Subject) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'readings.db')
    const backup = join(folder, 'copies', 'half.db')
    const database = makeDatabase(file, { settings: { batch_delay_ms: 0 } })
    await database.start()
    try {
      await database.write(readings(0, 100))
      assert.ok(await database.settle(PATIENCE_MS))
      await database.backup(backup)
      await database.write(readings(100, 100))
      assert.ok(await database.settle(PATIENCE_MS))
      await run({ database, file, backup })
    } finally {
      await database.stop()
    }
  })
}

function readings(start: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, index) => aReading({ timestamp: START + (start + index) * 1000 }))
}

/** Of hours, in more parts than one. */
function rows(count: number): RollUp[] {
  const row = { device_id: 'plug-1', duration_ms: 3_600_000, samples: 1, covered_s: 60, completeness: 0.0167 }
  return Array.from({ length: count }, (_, hour) => ({
    ...{ ...row, timestamp: START + hour * 3_600_000, resets: 0, version: ROLL_UP_VERSION, fields: {} },
  }))
}

async function countIn(database: SpooledDatabase): Promise<number> {
  const page = await database.history(parseHistoryQuery({ from: START, to: START + 1e6, limit: 10_000 }, START))
  return page.rows.length
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => toMonitorError(error).code,
  )
}

function filesOf(file: string): string[] {
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(basename(file)) && !name.endsWith('-spool'))
    .sort()
}

/** Writes over pages in the middle, as a failing card does. */
function damage(file: string): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, 8192)
  closeSync(descriptor)
}

describe('a backup that is put back', () => {
  it('is what the database holds from then on, and all that was there is kept beside it', () =>
    withBackup(async ({ database, backup }) => {
      const aside = await database.restore(backup)
      assert.equal(await countIn(database), 100)
      const before = makeDatabase(aside)
      await before.start()
      assert.equal(await countIn(before), 200)
      await before.stop()
      assert.ok(existsSync(backup))
    }))

  it('takes what was written meanwhile, and what is written afterwards', () =>
    withBackup(async ({ database, backup }) => {
      const restoring = database.restore(backup)
      await database.write(readings(300, 50))
      await restoring
      await database.write(readings(400, 50))
      assert.ok(await database.settle(PATIENCE_MS))
      // Those that came first may have been stored in the file that was there.
      const count = await countIn(database)
      assert.ok(count === 150 || count === 200, String(count))
    }))

  it('is refused where it is damaged, missing, another database or none, and nothing has changed', () =>
    withBackup(async ({ database, file, backup }) => {
      const folder = dirname(backup)
      const names = ['damaged', 'foreign', 'text', 'empty']
      const [damaged, foreign, text, empty] = names.map((name) => join(folder, name))
      copyFileSync(backup, damaged as string)
      damage(damaged as string)
      const other = new Libsql(foreign as string)
      other.exec('CREATE TABLE reading (x); INSERT INTO reading VALUES (1)')
      other.close()
      writeFileSync(text as string, 'not a database')
      writeFileSync(empty as string, '')
      const outcomes = new Map<string, string>()
      for (const name of [...names, 'missing']) outcomes.set(name, await codeOf(database.restore(join(folder, name))))
      assert.deepEqual(Object.fromEntries(outcomes), {
        ...{ damaged: 'DATABASE_INVALID', foreign: 'DATABASE_INVALID', text: 'DATABASE_INVALID' },
        ...{ empty: 'DATABASE_INVALID', missing: 'DATABASE_UNAVAILABLE' },
      })
      assert.equal(await countIn(database), 200)
      assert.deepEqual(
        filesOf(file).filter((name) => name.includes('before') || name.includes('partial')),
        [],
      )
    }))

  it('is refused while another program has the file open, because it would write on in the old one', () =>
    withBackup(async ({ database, file, backup }) => {
      const other = new Libsql(file)
      other.exec(`UPDATE reading SET suspect = 0 WHERE timestamp = ${START}`)
      assert.equal(await codeOf(database.restore(backup)), 'DATABASE_LOCKED')
      other.close()
      assert.equal(await countIn(database), 200)
      await database.restore(backup)
      assert.equal(await countIn(database), 100)
    }))

  it('ends whatever was begun on the tiers of what was there', () =>
    withBackup(async ({ database, backup }) => {
      const { store, catalog } = database.tiers
      const tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] } as const
      await catalog.setPlan({ raw_keep_days: 7, tiers: [tier], time_zone: 'UTC' })
      const restored = database.restore(backup)
      const ever = { from: 0, to: START + 1e6, device_ids: [] }
      assert.equal(await codeOf(store.expire({ source: 'raw', ...ever })), 'DATABASE_UNAVAILABLE')
      await restored
      assert.equal(await codeOf(store.expire({ source: 'raw', ...ever })), 'DATABASE_UNAVAILABLE')
      assert.equal(await codeOf(store.write(tier, [])), 'DATABASE_UNAVAILABLE')
      assert.equal(await codeOf(catalog.setWatermark('hourly', START)), 'DATABASE_UNAVAILABLE')
      assert.equal(await countIn(database), 100)
      assert.equal(await database.tiers.store.expire({ source: 'raw', ...ever }), 100)
    }))

  it('waits for whoever looks at the file, and does not come between a backup and its end', () =>
    withBackup(async ({ database, file, backup }) => {
      const health = database.health()
      const making = database.backup(`${file}.copy`)
      await database.settle(PATIENCE_MS)
      assert.equal(await codeOf(database.restore(backup)), 'INPUT_INVALID')
      await making
      assert.equal(await codeOf(database.restore(backup)), 'done')
      assert.deepEqual((await health).findings, [])
      const restored = database.restore(backup)
      await new Promise((resolve) => setImmediate(resolve))
      const again = database.backup(`${file}.again`)
      assert.deepEqual([await codeOf(restored), await codeOf(again)], ['done', 'done'])
    }))

  it('waits for rows that are being written, which go with what was there', () =>
    withBackup(async ({ database, backup }) => {
      const { store, catalog } = database.tiers
      const tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] } as const
      await catalog.setPlan({ raw_keep_days: 7, tiers: [tier], time_zone: 'UTC' })
      const written = store.write(tier, rows(1000))
      await database.restore(backup)
      await written
      assert.equal(await store.extent(tier), undefined)
      assert.equal(catalog.watermark('hourly'), undefined)
    }))

  it('leaves retention to roll up anew what the backup holds', () =>
    withBackup(async ({ database, backup }) => {
      const { catalog } = database.tiers
      const tier = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] } as const
      await catalog.setPlan({ raw_keep_days: 7, tiers: [tier], time_zone: 'Europe/Berlin' })
      await catalog.setWatermark('hourly', START + 3_600_000)
      await database.restore(backup)
      assert.equal(catalog.watermark('hourly'), undefined)
    }))
})
