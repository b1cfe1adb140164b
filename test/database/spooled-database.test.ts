import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { DatabaseStatus, StoreStatistics } from '../../src/database/database'
import { parseHistoryQuery } from '../../src/database/history/history-query'
import type { Verdict } from '../../src/database/sending/verdict'
import { SpooledDatabase } from '../../src/database/spooled-database'
import { unsupportedTiers } from '../../src/database/tiers/unsupported-tiers'
import type { Lines, Store, StoreHealth } from '../../src/database/store'
import { parseWriterOptions } from '../../src/database/writer-options'
import { systemClock, type Clock } from '../../src/domain/clock'
import { MonitorError } from '../../src/domain/errors'
import { Histogram } from '../../src/domain/histogram'
import type { Reading } from '../../src/domain/reading'
import { aPoint, aReading, aRecord, START, withFolder } from '../support/database-samples'
import { fastClock } from '../support/fast-clock'

const TIMES = 20
const PATIENCE_MS = 20_000 * TIMES
const STORED: Verdict = { kind: 'stored' }

/** Takes lines as a test says, and remembers what was asked of it. */
class ScriptedStore implements Store {
  readonly name = 'Scripted 1.0'
  readonly tiers = unsupportedTiers(() => this.name)
  readonly grace_ms = 0
  readonly sent: string[] = []
  readonly calls: string[] = []
  answer: (lines: Lines) => Verdict | Promise<Verdict> = () => STORED

  probe(): Promise<void> {
    return Promise.resolve()
  }

  async send(lines: Lines): Promise<Verdict> {
    const verdict = await this.answer(lines)
    if (verdict.kind === 'stored') this.sent.push(...lines.text.toString().split('\n').slice(0, -1))
    return verdict
  }

  history(): Promise<{ rows: [] }> {
    this.calls.push(`history after ${this.sent.length}`)
    return Promise.resolve({ rows: [] })
  }

  latest(): Promise<Reading[]> {
    this.calls.push(`latest after ${this.sent.length}`)
    return Promise.resolve([])
  }

  recorded(): Promise<[]> {
    this.calls.push(`recorded after ${this.sent.length}`)
    return Promise.resolve([])
  }

  restore(): Promise<string> {
    return Promise.resolve('')
  }

  backup(): Promise<void> {
    this.calls.push(`backup after ${this.sent.length}`)
    return Promise.resolve()
  }

  health(): Promise<StoreHealth> {
    const none = { count: 0, failures: 0, latency_ms: {} }
    return Promise.resolve({ name: this.name, writes: none, queries: none, slow: [], findings: [] })
  }

  statistics(): StoreStatistics {
    const none = { count: 0, failures: 0, in_flight: 0, latency: new Histogram().snapshot() }
    return { writes: none, queries: none, pool: 1 }
  }

  stop(): Promise<void> {
    this.calls.push('stop')
    return Promise.resolve()
  }
}

interface Subject {
  readonly database: SpooledDatabase
  readonly store: ScriptedStore
  readonly folder: string
  readonly states: readonly DatabaseStatus[]
}

function make(
  folder: string,
  store: Store,
  settings: object = {},
  states: DatabaseStatus[] = [],
  clock = fastClock(TIMES),
): SpooledDatabase {
  const options = parseWriterOptions({ batch_delay_ms: 0, ...settings })
  const onStatus = (status: DatabaseStatus) => void states.push(status)
  return new SpooledDatabase({ store, folder, options, clock, random: Math.random, onStatus })
}

async function withDatabase(
  run: (subject: Subject) => Promise<void>,
  settings: object = {},
  clock?: Clock,
): Promise<void> {
  await withFolder(async (parent) => {
    const folder = join(parent, 'spool')
    const store = new ScriptedStore()
    const states: DatabaseStatus[] = []
    const database = make(folder, store, settings, states, clock)
    await database.start()
    try {
      await run({ database, store, folder, states })
    } finally {
      await database.stop()
    }
  })
}

function readings(count: number, first = 0): Reading[] {
  return Array.from({ length: count }, (_, step) => aReading({ timestamp: START + first + step, power_w: 1 }))
}

async function settled(database: SpooledDatabase): Promise<void> {
  while (!(await database.settle(PATIENCE_MS))) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as MonitorError).code,
  )
}

/** Answers later, when the test says so. */
function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open: () => open(), opened }
}

const away: Verdict = { kind: 'retry', error: new MonitorError('DATABASE_UNAVAILABLE', 'away'), lost_connection: true }
const held: Verdict = { kind: 'held', error: new MonitorError('DATABASE_LOGIN_REFUSED', 'who are you') }

describe('a database with a spool in front of it', () => {
  it('brings readings, recorded energy and points into the store, in the order of the calls', () =>
    withDatabase(async ({ database, store }) => {
      await database.write(readings(2))
      await database.writeRecorded([aRecord()])
      await database.writePoints([aPoint()])
      await settled(database)
      const beginnings = store.sent.map((line) => /^\w+/.exec(line)?.[0])
      assert.deepEqual(beginnings, ['reading', 'reading', 'recorded_energy', 'water'])
    }))

  it('takes all of a call or nothing, in whatever slice the bad reading is', () =>
    withDatabase(async ({ database, store }) => {
      const bad = [...readings(1700), aReading({ power_w: Number.NaN })]
      const error = await database.write(bad).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof MonitorError)
      assert.deepEqual([error.code, error.details.field], ['INPUT_INVALID', 'readings[1700].power_w'])
      assert.deepEqual([database.status().queued, database.status().refused], [0, 1701])
      await database.write(readings(1))
      await settled(database)
      assert.equal(store.sent.length, 1)
    }))

  it('lets others have their turn while it takes a long list', () =>
    withDatabase(async ({ database }) => {
      let turns = 0
      let isDone = false
      const count = (): void => {
        turns++
        if (!isDone) setImmediate(count)
      }
      setImmediate(count)
      const result = await database.write(readings(5000))
      isDone = true
      assert.deepEqual(result, { accepted: 5000, skipped: 0 })
      assert.ok(turns >= 9, `${turns} turns`)
    }))

  it('says what it accepted at once, while the store is away, and counts what waits', () =>
    withDatabase(async ({ database, store, states }) => {
      store.answer = () => away
      assert.deepEqual(await database.write([...readings(2), aReading({ source: 'cache' })]), {
        accepted: 2,
        skipped: 1,
      })
      assert.equal(await database.settle(PATIENCE_MS), false)
      const { state, code, message, queued, written, skipped } = database.status()
      assert.deepEqual([state, code, message], ['retrying', 'DATABASE_UNAVAILABLE', 'away'])
      assert.deepEqual([queued, written, skipped], [2, 0, 1])
      store.answer = () => STORED
      await settled(database)
      assert.deepEqual([database.status().queued, database.status().written], [0, 2])
      assert.deepEqual(
        states.map((each) => each.state),
        ['ok', 'retrying', 'ok'],
      )
    }))

  it('has failed where a person has to look, and keeps everything', () =>
    withDatabase(async ({ database, store }) => {
      store.answer = () => held
      await database.write(readings(2))
      await database.settle(PATIENCE_MS)
      const { state, code, queued } = database.status()
      assert.deepEqual([state, code, queued], ['failed', 'DATABASE_LOGIN_REFUSED', 2])
    }))

  it('puts what the store will never take into quarantine with its words, and tells where that is', () =>
    withDatabase(async ({ database, store }) => {
      store.answer = () => ({ kind: 'stored', bad: [{ index: 1, reason: 'not this one' }] })
      await database.write(readings(3))
      await settled(database)
      const { written, quarantined, queued } = database.status()
      assert.deepEqual([written, quarantined, queued], [2, 1, 0])
      const { spool } = await database.health()
      assert.equal(spool.quarantined, 1)
      const [file = ''] = readdirSync(spool.quarantine)
      const text = readFileSync(join(spool.quarantine, file), 'utf8')
      assert.ok(text.includes('not this one') && text.includes(String(START + 1)))
    }))

  it('waits with every question until the store has what was accepted before', () =>
    withDatabase(
      async ({ database, store }) => {
        const { open, opened } = gate()
        store.answer = () => opened.then(() => STORED)
        await database.write(readings(1))
        const asked = [
          database.history(parseHistoryQuery({}, START)),
          database.latest(),
          database.recorded(parseHistoryQuery({}, START)),
          database.backup('copy'),
        ]
        open()
        await Promise.all(asked)
        assert.deepEqual(
          store.calls.sort(),
          ['backup', 'history', 'latest', 'recorded'].map((name) => `${name} after 1`),
        )
      },
      {},
      // A fast one would lose patience on a busy machine.
      systemClock,
    ))

  it('answers questions all the same where the store does not take lines', () =>
    withDatabase(async ({ database, store }) => {
      store.answer = () => held
      await database.write(readings(1))
      assert.deepEqual(await database.latest(), [])
    }))

  it('does not wait for the pages after the first', () =>
    withDatabase(async ({ database, store }) => {
      const { open, opened } = gate()
      store.answer = () => opened.then(() => STORED)
      await database.write(readings(1))
      await database.history({ ...parseHistoryQuery({}, START), cursor: 'next' })
      assert.deepEqual(store.calls, ['history after 0'])
      open()
    }))

  it('tells how full its spool is, and since when something waits', () =>
    withDatabase(async ({ database, store }) => {
      store.answer = () => away
      const before = Date.now()
      await database.write(readings(3))
      const { name, spool } = await database.health()
      assert.equal(name, 'Scripted 1.0')
      assert.equal(spool.points, 3)
      assert.ok(spool.bytes > 0 && (spool.oldest ?? 0) >= before && (spool.oldest ?? 0) <= Date.now())
    }))

  it('refuses a call that its spool has no room for, and counts it', () =>
    withDatabase(
      async ({ database, store }) => {
        store.answer = () => away
        let code = 'done'
        let calls = 0
        for (; code === 'done' && calls < 100; calls++)
          code = await codeOf(database.write(readings(1000, 1000 * calls)))
        assert.equal(code, 'QUEUE_FULL')
        const { queued, refused, fullness } = database.status()
        assert.deepEqual([queued, refused], [1000 * (calls - 1), 1000])
        assert.ok(fullness > 0.5)
      },
      { spool_mb: 1, when_full: 'refuse' },
    ))

  it('keeps what the store did not take for the next start', () =>
    withDatabase(async ({ database, store, folder, states }) => {
      store.answer = () => away
      await database.write(readings(5))
      await database.stop()
      assert.deepEqual([states.at(-1)?.state, store.calls.at(-1)], ['closed', 'stop'])
      const next = new ScriptedStore()
      const again = make(folder, next)
      await again.start()
      await settled(again)
      assert.equal(next.sent.length, 5)
      await again.stop()
    }))

  it('sends what waits for company before it stops', () =>
    withDatabase(
      async ({ database, store }) => {
        await database.write(readings(5))
        await database.stop()
        assert.equal(store.sent.length, 5)
      },
      { batch_delay_ms: 60_000 },
    ))

  it('stops in time although the store never answers, also while it starts', () =>
    withFolder(async (folder) => {
      const store = new ScriptedStore()
      store.answer = () => new Promise(() => {})
      const database = make(folder, store)
      const starting = database.start()
      const writing = starting.then(() => database.write(readings(1)))
      await Promise.all([starting, writing, starting.then(() => database.stop())])
      assert.equal(database.status().state, 'closed')
      const other = make(folder, new ScriptedStore())
      await Promise.all([codeOf(other.start()), other.stop()])
      const third = make(folder, new ScriptedStore())
      await third.start()
      await third.stop()
    }))

  it('cannot start while another has its spool, and can when that is gone', () =>
    withDatabase(async ({ database, folder }) => {
      const other = make(folder, new ScriptedStore())
      assert.equal(await codeOf(other.start()), 'SPOOL_LOCKED')
      assert.equal(other.status().state, 'closed')
      await database.stop()
      await other.start()
      await other.stop()
    }))

  it('starts with a spool whose tail is torn, and has what is whole', () =>
    withDatabase(async ({ database, store, folder }) => {
      store.answer = () => away
      await database.write(readings(2))
      await database.stop()
      const segments = readdirSync(folder).filter((name) => name.endsWith('.log'))
      assert.equal(segments.length, 1)
      for (const file of segments) appendFileSync(join(folder, file), 'a torn tail')
      const next = new ScriptedStore()
      const again = make(folder, next)
      await again.start()
      await settled(again)
      assert.equal(next.sent.length, 2)
      await again.stop()
    }))

  it('marks a late reading before its spool forgets it, and keeps it where the mark cannot be written', () =>
    withDatabase(async ({ database, store, folder }) => {
      const { catalog } = database.tiers
      const hourly = { name: 'hourly', bucket: { unit: 'hour', count: 1 }, keep_days: 30, fields: [] } as const
      await catalog.setPlan({ raw_keep_days: 7, tiers: [hourly], time_zone: 'UTC' })
      await catalog.setWatermark('hourly', START + 3_600_000)
      // No file can take the place of a folder.
      mkdirSync(join(folder, 'tiers.json.new'))
      await database.write(readings(2))
      await database.settle(PATIENCE_MS)
      assert.deepEqual([store.sent.length, database.status().queued], [2, 2])
      assert.deepEqual([database.status().state, database.status().code], ['retrying', 'DATABASE_UNAVAILABLE'])
      rmdirSync(join(folder, 'tiers.json.new'))
      await settled(database)
      assert.equal(database.status().queued, 0)
      const [stretch] = catalog.dirty('hourly')
      assert.equal(stretch?.device_id, 'plug-1')
      assert.ok(readFileSync(join(folder, 'tiers.json'), 'utf8').includes(String(stretch?.from)))
    }))

  it('tells when the file of its tiers was damaged, and begins anew', () =>
    withDatabase(async ({ database, folder, store }) => {
      await database.stop()
      writeFileSync(join(folder, 'tiers.json'), 'what is this')
      const again = make(folder, store)
      await again.start()
      assert.match(again.status().tiers_trouble ?? '', /tiers\.json holds no tiers/)
      assert.equal((await again.health()).findings.length, 1)
      await again.stop()
    }))

  it('tells what waits in its spool, and how long it took to be kept', () =>
    withDatabase(async ({ database, store }) => {
      store.answer = () => ({ kind: 'retry', error: new MonitorError('DATABASE_UNAVAILABLE', 'away') })
      await database.write(readings(3))
      const { spool, pool } = database.statistics()
      assert.deepEqual([spool.lines, spool.latency.count, pool], [3, 1, 1])
      assert.ok(spool.bytes > 0 && spool.oldest !== undefined)
    }))
})
