import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import type { DatabaseStatus } from '../../../src/database/database'
import { parseHistoryQuery } from '../../../src/database/history-query'
import { SqliteDatabase } from '../../../src/database/sqlite/sqlite-database'
import { MonitorError } from '../../../src/domain/errors'
import type { Reading } from '../../../src/domain/reading'
import { aReading, START, withFolder } from '../../support/database-samples'

type Settings = Readonly<Record<string, number | string>>

interface Seen {
  readonly states: readonly DatabaseStatus[]
  /** Resolves when the state is `ok` after it was another. */
  readonly recovered: Promise<void>
}

/** Runs with a started database in a new folder. */
async function withDatabase(
  settings: Settings,
  run: (database: SqliteDatabase, file: string, seen: Seen) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'readings.db')
    const states: DatabaseStatus[] = []
    let recover: () => void
    const recovered = new Promise<void>((resolve) => (recover = resolve))
    const database = new SqliteDatabase({
      settings: { file, batch_delay_ms: 0, ...settings },
      onStatus: (status) => {
        if (states.push(status) > 1 && status.state === 'ok') recover()
      },
    })
    try {
      await database.start()
      await run(database, file, { states, recovered })
    } finally {
      await database.stop()
    }
  })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as MonitorError).code,
  )
}

function readings(first: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, index) => aReading({ timestamp: START + first + index, power_w: 1 }))
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
  it('says that another program holds the file, keeps the readings, and writes them when it is free', () =>
    withDatabase({ busy_timeout_ms: 20 }, async (database, file, { states, recovered }) => {
      const other = new Libsql(file)
      other.exec('BEGIN IMMEDIATE')
      const error = await database.write(readings(0, 2)).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof MonitorError)
      assert.equal(error.code, 'DATABASE_LOCKED')
      assert.equal(error.details.queued, 2)
      assert.equal(database.status().state, 'retrying')
      assert.deepEqual(await database.latest(), [])
      other.exec('ROLLBACK')
      other.close()
      await recovered
      assert.equal((await database.latest())[0]?.timestamp, START + 1)
      assert.deepEqual(
        states.map(({ state }) => state),
        ['ok', 'retrying', 'ok'],
      )
    }))

  it('does not start while another program holds the file, and starts when asked again later', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'readings.db')
      const first = new SqliteDatabase({ settings: { file } })
      await first.start()
      await first.stop()
      const other = new Libsql(file)
      other.exec('BEGIN EXCLUSIVE')
      const database = new SqliteDatabase({ settings: { file, busy_timeout_ms: 20 } })
      assert.equal(await codeOf(database.start()), 'DATABASE_LOCKED')
      assert.equal(database.status().state, 'closed')
      other.exec('ROLLBACK')
      other.close()
      await database.start()
      await database.stop()
    }))

  it('says that there is no space left, loses nothing that it accepted, and goes on when there is space', () =>
    withDatabase({ maximum_mb: 1 }, async (database, file, { states, recovered }) => {
      let accepted = 0
      let code = 'done'
      for (; code === 'done'; accepted += 1000) code = await codeOf(database.write(readings(accepted, 1000)))
      assert.equal(code, 'DATABASE_FULL')
      assert.equal(states.at(-1)?.state, 'full')
      assert.equal(database.status().queued, 1000)
      const other = new Libsql(file)
      other.exec(`DELETE FROM reading WHERE timestamp < ${START + 5000}`)
      other.close()
      await recovered
      const { written, queued, dropped } = database.status()
      assert.deepEqual({ written, queued, dropped }, { written: accepted, queued: 0, dropped: 0 })
    }))

  it('takes no more than its queue holds while nothing can be written', () =>
    withDatabase({ busy_timeout_ms: 20, queue_readings: 10 }, async (database, file) => {
      const other = new Libsql(file)
      other.exec('BEGIN IMMEDIATE')
      assert.equal(await codeOf(database.write(readings(0, 6))), 'DATABASE_LOCKED')
      assert.equal(await codeOf(database.write(readings(6, 6))), 'QUEUE_FULL')
      const { queued, refused } = database.status()
      assert.deepEqual({ queued, refused }, { queued: 6, refused: 6 })
      other.close()
    }))

  it('starts another thread when its own dies, and the caller does not notice', () =>
    withDatabase({}, async (database) => {
      await database.write(readings(0, 1))
      const { worker } = database as unknown as { worker: { abandon(): Promise<void> } }
      const writing = database.write(readings(1, 500))
      await worker.abandon()
      assert.deepEqual(await writing, { written: 500, skipped: 0 })
      assert.equal((await database.latest())[0]?.timestamp, START + 500)
    }))

  it('has every acknowledged reading after its process was killed', function () {
    this.timeout(60_000)
    return withFolder(async (folder) => {
      const file = join(folder, 'readings.db')
      let acknowledged = 0
      for (let cycle = 0; cycle < 10; cycle += 1) {
        acknowledged = await writeUntilKilled(file, acknowledged, 3 + 7 * cycle)
        const database = new SqliteDatabase({ settings: { file } })
        await database.start()
        const [latest] = await database.latest()
        assert.ok(latest && latest.timestamp >= START + acknowledged - 1)
        const range = { from: START, to: START + acknowledged, limit: 10_000 }
        const { rows } = await database.history(parseHistoryQuery(range, START))
        assert.equal(rows.length, acknowledged)
        await database.stop()
      }
    })
  })

  it('is closed within its time although a reading waits for a lock, and tells what is lost', () =>
    withDatabase({ busy_timeout_ms: 10_000 }, async (database, file, { states }) => {
      const other = new Libsql(file)
      other.exec('BEGIN IMMEDIATE')
      const writing = codeOf(database.write(readings(0, 3)))
      await database.stop()
      assert.equal(await writing, 'CLOSED')
      assert.deepEqual([states.at(-1)?.state, states.at(-1)?.dropped], ['closed', 3])
      other.close()
    }))

  it('writes what is queued when it is stopped, may be stopped twice, and is closed then', () =>
    withDatabase({ batch_delay_ms: 10_000 }, async (database, file) => {
      const writing = database.write(readings(0, 3))
      await Promise.all([database.stop(), database.stop()])
      assert.deepEqual(await writing, { written: 3, skipped: 0 })
      const query = parseHistoryQuery({}, START)
      const calls = [
        database.write([]),
        database.latest(),
        database.history(query),
        database.backup(`${file}.copy`),
        database.start(),
      ]
      assert.deepEqual(
        await Promise.all(calls.map(codeOf)),
        calls.map(() => 'CLOSED'),
      )
    }))

  it('lets go of the file when it is stopped, with the log inside', () =>
    withDatabase({}, async (database, file) => {
      await database.write(readings(0, 10))
      await database.history(parseHistoryQuery({ from: START, to: START + 5 }, START))
      await database.stop()
      assert.equal(existsSync(`${file}-wal`), false)
      if (existsSync('/proc/self/fd')) assert.deepEqual(openFiles(file), [])
    }))

  it('is copied while it is in use, to a file that opens like the first', () =>
    withDatabase({}, async (database, file) => {
      await database.write(readings(0, 2000))
      const copying = database.backup(`${file}.copies/one.db`)
      await database.write(readings(2000, 2000))
      await copying
      const copy = new SqliteDatabase({ settings: { file: `${file}.copies/one.db` } })
      await copy.start()
      const newest = (await copy.latest())[0]?.timestamp ?? 0
      assert.ok(newest >= START + 1999)
      await copy.stop()
      assert.deepEqual(readdirSync(`${file}.copies`), ['one.db'])
    }))

  it('leaves no half a copy when it is stopped meanwhile', () =>
    withDatabase({}, async (database, file) => {
      await database.write(readings(0, 20_000))
      const copying = codeOf(database.backup(`${file}.copies/one.db`))
      await database.stop()
      const outcome = await copying
      assert.ok(['CLOSED', 'done'].includes(outcome))
      const left = existsSync(`${file}.copies`) ? readdirSync(`${file}.copies`) : []
      assert.deepEqual(left, outcome === 'done' ? ['one.db'] : [])
    }))

  it('never copies over a file, nor to a place that is none', () =>
    withDatabase({}, async (database, file) => {
      writeFileSync(`${file}.precious`, 'precious')
      assert.equal(await codeOf(database.backup(`${file}.precious`)), 'INPUT_INVALID')
      assert.equal(await codeOf(database.backup('')), 'INPUT_INVALID')
      assert.equal(await codeOf(database.backup(`${file}.precious/copy.db`)), 'DATABASE_UNAVAILABLE')
      assert.equal(existsSync(`${file}.precious`), true)
    }))
})

/** A process of its own that writes; killed after so many acknowledgements. Answers with the readings acknowledged. */
async function writeUntilKilled(file: string, first: number, kills_after: number): Promise<number> {
  const child = spawn(process.execPath, [join(__dirname, 'writing-child.js'), file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  let lines = 0
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk.toString()
    lines = told.split('\n').length - 1
    if (lines >= kills_after) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('close', resolve))
  return first + 5 * lines
}
