import assert from 'node:assert/strict'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import type { StoreHealth } from '../../../src/database/store'
import { findingsOf, type Facts } from '../../../src/database/sqlite/sqlite-findings'
import { inspect } from '../../../src/database/sqlite/sqlite-health'
import { parseSqliteOptions } from '../../../src/database/sqlite/sqlite-options'
import { OUR_STATEMENTS } from '../../../src/database/sqlite/sqlite-plans'
import { FIND_DEVICE } from '../../../src/database/sqlite/sqlite-statements'
import type { SqliteStore } from '../../../src/database/sqlite/sqlite-store'
import { aPoint, aReading, aRecord, START, withFolder } from '../../support/database-samples'
import { makeStore, openFile, pointLines, readingLines, recordedLines } from '../../support/sqlite'

const MEGABYTE = 1024 * 1024

/** The health of a store with some rows, after something was done to its file. */
async function healthAfter(
  meddle: (file: string, store: SqliteStore) => Promise<void> | void,
  settings: Readonly<Record<string, number | string>> = {},
): Promise<StoreHealth> {
  let health: StoreHealth | undefined
  await withFolder(async (folder) => {
    const file = join(folder, 'readings.db')
    const store = makeStore(file, settings)
    const steps = Array.from({ length: 100 }, (_, step) => step)
    await store.send(readingLines(...steps.map((step) => aReading({ timestamp: START + step }))))
    await store.send(recordedLines(aRecord()))
    await store.send(pointLines(aPoint()))
    try {
      await meddle(file, store)
      health = await store.health()
    } finally {
      await store.stop()
    }
  })
  assert.ok(health)
  return health
}

function execute(file: string, sql: string): void {
  const other = new Libsql(file)
  other.exec(sql)
  other.close()
}

describe('the health of the SQLite file', () => {
  it('tells name, size, rows and counts, and finds nothing where all is well', async () => {
    const health = await healthAfter(async (_file, store) => void (await store.latest()))
    assert.match(health.name, /^SQLite 3\./)
    assert.ok((health.size_bytes ?? 0) > 4096)
    assert.equal(health.rows, 102)
    assert.deepEqual([health.writes.count, health.writes.failures, health.queries.count], [3, 0, 1])
    assert.deepEqual(health.findings, [])
    assert.ok(health.indexes?.every(({ used }) => used))
    assert.ok(health.indexes?.some(({ name }) => name === 'recorded_energy_timestamp'))
  })

  it('finds an index that is missing, and what reads a whole table for it', async () => {
    const { findings } = await healthAfter((file) => execute(file, 'DROP INDEX recorded_energy_timestamp'))
    assert.ok(findings.some((finding) => finding.includes('CREATE INDEX recorded_energy_timestamp')))
    assert.ok(findings.some((finding) => /reads a whole table: SCAN/.test(finding)))
  })

  it('finds an index that nothing of ours uses', async () => {
    const { findings, indexes } = await healthAfter((file) => execute(file, 'CREATE INDEX extra ON reading (rssi_dbm)'))
    assert.deepEqual(
      indexes?.find(({ name }) => name === 'extra'),
      { name: 'extra', table: 'reading', used: false },
    )
    assert.equal(findings.length, 1)
    assert.ok(findings[0]?.includes('extra'))
  })

  it('shows what was slow, with its moment', async () => {
    const { slow } = await healthAfter(
      async (file, store) => {
        const other = new Libsql(file)
        other.exec('BEGIN IMMEDIATE')
        await store.send(readingLines(aReading({ timestamp: START + 500 })))
        other.close()
      },
      { busy_timeout_ms: 30, slow_ms: 20 },
    )
    assert.ok(slow.every(({ duration_ms }) => duration_ms >= 20))
    const waited = slow.find(({ statement }) => statement === 'BEGIN IMMEDIATE')
    assert.ok(waited && waited.timestamp > START)
    assert.ok(slow.some(({ statement }) => statement === 'write of 1 lines'))
  })

  it('has the plan of each query that was slow', () =>
    withFolder((folder) => {
      const options = parseSqliteOptions({ file: join(folder, 'readings.db') })
      openFile(options.file).close()
      const { plans } = inspect({ options, statements: [FIND_DEVICE, 'COMMIT'] })
      assert.match(plans.get(FIND_DEVICE) ?? '', /^SEARCH device USING/)
      assert.equal(plans.has('COMMIT'), false)
    }))

  it('counts how often another program held the file, and how long', async () => {
    const { locks } = await healthAfter(
      async (file, store) => {
        const other = new Libsql(file)
        other.exec('BEGIN IMMEDIATE')
        assert.equal((await store.send(readingLines(aReading({ timestamp: START + 500 })))).kind, 'retry')
        other.close()
      },
      { busy_timeout_ms: 30 },
    )
    assert.ok(locks && locks.waits >= 1 && locks.busy_ms >= 25)
  })

  it('is told as far as it is known where the file cannot be opened, with the reason', () =>
    withFolder(async (folder) => {
      const store = makeStore(folder)
      assert.equal((await store.send(readingLines(aReading()))).kind, 'retry')
      const health = await store.health()
      assert.deepEqual([health.name, health.writes.failures, health.size_bytes], ['SQLite', 1, undefined])
      assert.ok(health.findings[0]?.includes(folder))
      await store.stop()
    }))
})

describe('findings about a SQLite file', () => {
  const well: Facts = {
    plans: new Map(OUR_STATEMENTS.map((statement) => [statement, ['SEARCH x USING PRIMARY KEY']])),
    indexes: [{ name: 'recorded_energy_timestamp', table: 'recorded_energy', used: true, isKey: false }],
    file_bytes: 100 * MEGABYTE,
    free_bytes: 0,
    isIncremental: true,
    log_bytes: 4 * MEGABYTE,
    maximum_mb: 0,
  }

  it('are none where all is well', () => assert.deepEqual(findingsOf(well), []))

  const cases: [string, Partial<Facts>, RegExp | undefined][] = [
    ['a file that is nearly full', { maximum_mb: 105 }, /nearly full: 100 MB of the 105 MB/],
    ['no file that has room inside', { maximum_mb: 105, free_bytes: 15 * MEGABYTE }, undefined],
    ['much room inside', { free_bytes: 50 * MEGABYTE }, /^50 MB of the file are free.*; retention gives them back/],
    ['much room that a file from before keeps', { free_bytes: 5e7, isIncremental: false }, /INCREMENTAL; VACUUM gives/],
    ['no little room inside', { file_bytes: 10 * MEGABYTE, free_bytes: 9 * MEGABYTE }, undefined],
    ['a log that grows', { log_bytes: 300 * MEGABYTE }, /grown to 300 MB/],
    ['no query that is meant to read a whole table', { plans: allScan((isScan) => isScan) }, undefined],
    ['a query that is not', { plans: allScan((isScan) => !isScan) }, /reads a whole table: SCAN d\.$/],
  ]
  for (const [what, own, expected] of cases) {
    it(`tell of ${what}`, () => {
      const findings = findingsOf({ ...well, ...own })
      if (expected) assert.match(findings[0] ?? '', expected)
      else assert.deepEqual(findings, [])
    })
  }

  function allScan(which: (isScan: boolean) => boolean): Facts['plans'] {
    const some = OUR_STATEMENTS.filter(({ isScan }) => which(isScan === true))
    return new Map(some.map((statement) => [statement, ['SCAN d']]))
  }
})
