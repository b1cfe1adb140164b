import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import type { DatabaseStatus } from '../../../src/database/database'
import { parseHistoryQuery } from '../../../src/database/history/history-query'
import type { SpooledDatabase } from '../../../src/database/spooled-database'
import type { SqliteStore } from '../../../src/database/sqlite/sqlite-store'
import type { MonitorError } from '../../../src/domain/errors'
import { type ErrorCode } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { aReading, START, withFolder } from '../../support/database-samples'
import { fastClock } from '../../support/fast-clock'
import { makeDatabase, makeStore } from '../../support/sqlite'

// Pauses between tries become short; patience does too.
const TIMES = 20
const PATIENCE_MS = 20_000 * TIMES

interface Subject {
  readonly database: SpooledDatabase
  readonly store: SqliteStore
  readonly file: string
  readonly states: readonly DatabaseStatus[]
  /** Resolves when the code of the status is this one; undefined: when all is well. */
  readonly shows: (code: ErrorCode | undefined) => Promise<void>
}

/** Runs with a database in a new folder that is started after `prepare`. */
async function withDatabase(
  run: (subject: Subject) => Promise<void>,
  settings: Readonly<Record<string, number | string>> = {},
  prepare: (file: string) => void = () => {},
): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'data', 'readings.db')
    const states: DatabaseStatus[] = []
    const watchers = new Set<() => void>()
    const store = makeStore(file, settings)
    const database = makeDatabase(file, {
      settings: { batch_delay_ms: 0, ...settings },
      store,
      clock: fastClock(TIMES),
      onStatus: (status) => {
        states.push(status)
        for (const watcher of watchers) watcher()
      },
    })
    const shows = (code: ErrorCode | undefined) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (database.status().code !== code) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      })
    prepare(file)
    try {
      await database.start()
      await run({ database, store, file, states, shows })
    } finally {
      await database.stop()
    }
  })
}

function readings(first: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, index) => aReading({ timestamp: START + first + index, power_w: 1 }))
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as MonitorError).code,
  )
}

/** Resolves when everything is in the file, through any number of failures. */
async function arrival(database: SpooledDatabase): Promise<void> {
  while (!(await database.settle(PATIENCE_MS))) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Readings in the file, once everything is there. */
async function countIn(database: SpooledDatabase): Promise<number> {
  await arrival(database)
  let query = parseHistoryQuery({ from: START, to: START + 86_400_000, limit: 10_000 }, START)
  for (let count = 0; ;) {
    const { rows, cursor } = await database.history(query)
    count += rows.length
    if (cursor === undefined) return count
    query = { ...query, cursor }
  }
}

/** Another program that holds the file, until it is let go. */
function lock(file: string): () => void {
  const other = new Libsql(file)
  other.exec('BEGIN IMMEDIATE')
  return () => {
    other.exec('ROLLBACK')
    other.close()
  }
}

function openFiles(folder: string): string[] {
  const targets = readdirSync('/proc/self/fd').map((entry) => {
    try {
      return readlinkSync(`/proc/self/fd/${entry}`)
    } catch {
      return ''
    }
  })
  return targets.filter((target) => target.startsWith(folder))
}

describe('the SQLite database in trouble', () => {
  const released: (() => void)[] = []

  it('says that another program holds the file, accepts readings, and writes them when it is free', () =>
    withDatabase(
      async ({ database, file, states, shows }) => {
        await database.write(readings(0, 1))
        await arrival(database)
        const letGo = lock(file)
        assert.deepEqual(await database.write(readings(1, 2)), { accepted: 2, skipped: 0 })
        await shows('DATABASE_LOCKED')
        assert.deepEqual([database.status().state, database.status().queued], ['retrying', 2])
        assert.equal((await database.latest())[0]?.timestamp, START)
        letGo()
        await shows(undefined)
        assert.equal(await countIn(database), 3)
        assert.deepEqual(
          states.map(({ state }) => state),
          ['ok', 'retrying', 'ok'],
        )
      },
      { busy_timeout_ms: 20 },
    ))

  it('starts while another program holds the file, and accepts readings', () =>
    withDatabase(
      async ({ database, shows, file }) => {
        await shows('DATABASE_LOCKED')
        assert.deepEqual(await database.write(readings(0, 3)), { accepted: 3, skipped: 0 })
        const health = await database.health()
        assert.deepEqual([health.name, health.spool.points], ['SQLite', 3])
        assert.ok(health.findings.some((finding) => finding.includes(file)))
        released.splice(0).forEach((letGo) => letGo())
        await shows(undefined)
        assert.equal(await countIn(database), 3)
      },
      { busy_timeout_ms: 20 },
      (file) => {
        mkdirSync(dirname(file), { recursive: true })
        released.push(lock(file))
      },
    ))

  it('says that there is no space left, loses nothing that it accepted, and goes on when there is space', () =>
    withDatabase(
      async ({ database, file, states, shows }) => {
        let accepted = 0
        const full = shows('DATABASE_FULL').then(() => true)
        for (let isFull = false; !isFull; accepted += 1000) {
          await database.write(readings(accepted, 1000))
          isFull = await Promise.race([full, database.settle(PATIENCE_MS).then((settled) => !settled)])
        }
        await full
        assert.equal(states.at(-1)?.code, 'DATABASE_FULL')
        assert.ok(database.status().queued >= 1000)
        const other = new Libsql(file)
        // The database may be at its next try.
        other.exec('PRAGMA busy_timeout = 10000')
        other.exec(`DELETE FROM reading WHERE timestamp < ${START + 5000}`)
        other.close()
        await shows(undefined)
        assert.equal(await countIn(database), accepted - 5000)
        const { written, queued, dropped, quarantined } = database.status()
        assert.deepEqual([written, queued, dropped, quarantined], [accepted, 0, 0, 0])
      },
      { maximum_mb: 1 },
    ))

  it('starts another thread when its own dies in the middle, and loses nothing', () =>
    withDatabase(async ({ database, store }) => {
      await database.write(readings(0, 1))
      const { worker } = store as unknown as { worker: { abandon(): Promise<void> } }
      const writing = database.write(readings(1, 5000))
      await Promise.all([writing, worker.abandon()])
      assert.equal(await countIn(database), 5001)
    }))

  it('waits for a person where the file is no database, leaves it as it is, and goes on with another', () =>
    withDatabase(
      async ({ database, shows, file }) => {
        await shows('DATABASE_INVALID')
        await database.write(readings(0, 2))
        assert.deepEqual([database.status().state, database.status().queued], ['failed', 2])
        assert.equal(await codeOf(database.latest()), 'DATABASE_INVALID')
        assert.match(readFileSync(file, 'utf8'), /^Milk/)
        renameSync(file, `${file}.txt`)
        await shows(undefined)
        assert.equal(await countIn(database), 2)
      },
      {},
      (file) => {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, 'Milk, eggs, and everything else that must not be lost.')
      },
    ))

  it('goes on when the folder of the file can be made', () =>
    withFolder(async (folder) => {
      const blocked = join(folder, 'disk')
      writeFileSync(blocked, '')
      const store = makeStore(join(blocked, 'readings.db'))
      const database = makeDatabase(join(folder, 'other'), { store, clock: fastClock(TIMES) })
      await database.start()
      await database.write(readings(0, 2))
      assert.equal(await database.settle(PATIENCE_MS), false)
      assert.equal(database.status().code, 'DATABASE_UNAVAILABLE')
      rmSync(blocked)
      assert.equal(await countIn(database), 2)
      await database.stop()
    }))

  for (const [what, meddle] of [
    ['removed', (file: string) => rmSync(file)],
    ['replaced', (file: string) => (renameSync(file, `${file}.old`), writeFileSync(file, ''))],
  ] as const) {
    it(`writes to the file that is there, not to one that was ${what} while it was open`, () =>
      withDatabase(async ({ database, file }) => {
        await database.write(readings(0, 1))
        await arrival(database)
        meddle(file)
        await database.write(readings(1, 2))
        assert.equal(await countIn(database), 2)
      }))
  }

  it('is closed within its time although readings wait for a lock, and has them after the next start', () =>
    withDatabase(
      async ({ database, file, states }) => {
        await database.write(readings(0, 1))
        await arrival(database)
        const letGo = lock(file)
        await database.write(readings(1, 3))
        await database.stop()
        assert.equal(states.at(-1)?.state, 'closed')
        letGo()
        const again = makeDatabase(file)
        await again.start()
        assert.equal(await countIn(again), 4)
        assert.equal(again.status().written, 3)
        await again.stop()
      },
      { busy_timeout_ms: 10_000 },
    ))

  it('lets go of the file when it is stopped, with the log inside', () =>
    withDatabase(async ({ database, file }) => {
      await database.write(readings(0, 10))
      assert.equal(await countIn(database), 10)
      await database.stop()
      assert.equal(existsSync(`${file}-wal`), false)
      if (existsSync('/proc/self/fd')) assert.deepEqual(openFiles(dirname(file)), [])
    }))
})

describe('a copy of the SQLite database', () => {
  it('is made while it is in use, and opens like the first', () =>
    withDatabase(async ({ database, file }) => {
      await database.write(readings(0, 2000))
      await arrival(database)
      const target = `${file}.copies/one.db`
      const copying = database.backup(target)
      await database.write(readings(2000, 2000))
      await copying
      assert.deepEqual(readdirSync(dirname(target)), ['one.db'])
      const copy = makeDatabase(target)
      await copy.start()
      assert.ok((await countIn(copy)) >= 2000)
      await copy.stop()
    }))

  it('is not left half when the database is stopped meanwhile', () =>
    withDatabase(async ({ database, file }) => {
      await database.write(readings(0, 20_000))
      await arrival(database)
      const copying = codeOf(database.backup(`${file}.copies/one.db`))
      await database.stop()
      const outcome = await copying
      assert.ok(['CLOSED', 'done'].includes(outcome), outcome)
      const left = existsSync(`${file}.copies`) ? readdirSync(`${file}.copies`) : []
      assert.deepEqual(left, outcome === 'done' ? ['one.db'] : [])
    }))

  it('never goes over a file, nor to a place that is none', () =>
    withDatabase(async ({ database, file }) => {
      await database.write(readings(0, 1))
      await arrival(database)
      writeFileSync(`${file}.precious`, 'precious')
      assert.equal(await codeOf(database.backup(`${file}.precious`)), 'INPUT_INVALID')
      assert.equal(await codeOf(database.backup('')), 'INPUT_INVALID')
      assert.equal(await codeOf(database.backup(`${file}.precious/copy.db`)), 'DATABASE_UNAVAILABLE')
      assert.equal(readFileSync(`${file}.precious`, 'utf8'), 'precious')
    }))
})
