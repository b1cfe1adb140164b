import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { DatabaseService, type ServiceStatus } from '../../../nodes/kasa-database/database-service'
import { MonitorError, type ErrorCode } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { FakeDatabase } from '../../support/fake-database'

const settle = () => new Promise((resolve) => setImmediate(resolve))
const refused = (code: ErrorCode) => () => Promise.reject(new MonitorError(code, `refused: ${code}`))

describe('The service of a kasa-database', () => {
  let clock: FakeClock
  let database: FakeDatabase
  let changed: () => void
  let starts: (() => Promise<void>)[]
  let told: Pick<ServiceStatus, 'state' | 'message'>[]
  let service: DatabaseService

  beforeEach(() => {
    clock = new FakeClock()
    database = new FakeDatabase()
    starts = []
    told = []
    database.starting = () => starts.shift()?.() ?? Promise.resolve()
    const make = (given: () => void) => {
      changed = given
      return database
    }
    service = new DatabaseService(make, clock, () => 1, 'home')
    service.watch(({ state, message }) => told.push({ state, ...(message ? { message } : {}) }))
  })

  it('opens, and gives the open database to whoever asks, also to those who asked before', async () => {
    service.start()
    assert.equal(service.status().state, 'opening')
    assert.equal(await service.opened(), database)
    assert.deepEqual(told, [{ state: 'ok' }])
  })

  it('tries a spool that another process has again, later and later, and tells of it once', async () => {
    starts = [refused('SPOOL_LOCKED'), refused('SPOOL_LOCKED'), refused('SPOOL_LOCKED')]
    service.start()
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await settle()
      const before = clock.monotonic()
      while (database.calls.length === attempt) clock.advance(500)
      pauses.push(clock.monotonic() - before)
    }
    await settle()
    assert.deepEqual(pauses, [1000, 2000, 4000])
    assert.deepEqual(told, [{ state: 'opening', message: 'refused: SPOOL_LOCKED' }, { state: 'ok' }])
    assert.equal(await service.opened(), database)
  })

  it('never waits longer than half a minute', async () => {
    starts = Array.from({ length: 20 }, () => refused('DATABASE_UNAVAILABLE'))
    service.start()
    for (let attempt = 1; attempt <= 20; attempt++) {
      await settle()
      clock.advance(30_000)
    }
    await settle()
    assert.equal(database.calls.length, 21)
  })

  it('refuses with the reason while it waits', async () => {
    starts = [refused('SPOOL_LOCKED')]
    service.start()
    await assert.rejects(service.opened(), { code: 'SPOOL_LOCKED' })
    await assert.rejects(service.opened(), { code: 'SPOOL_LOCKED' })
    assert.equal(database.calls.length, 1)
  })

  it('tells again when the reason changes', async () => {
    starts = [refused('SPOOL_LOCKED'), refused('DATABASE_UNAVAILABLE')]
    service.start()
    await settle()
    clock.advance(1000)
    await settle()
    assert.deepEqual(
      told.map(({ message }) => message),
      ['refused: SPOOL_LOCKED', 'refused: DATABASE_UNAVAILABLE'],
    )
  })

  it('hands on what the open database tells', async () => {
    service.start()
    await service.opened()
    Object.assign(database, { state: 'retrying', code: 'DATABASE_UNAVAILABLE', message: 'away' })
    changed()
    assert.deepEqual(told.at(-1), { state: 'retrying', message: 'away' })
  })

  it('ends the database, and tries no more', async () => {
    starts = [refused('SPOOL_LOCKED')]
    service.start()
    await settle()
    await service.stop()
    assert.deepEqual(database.calls, ['start', 'stop'])
    assert.equal(clock.pending, 0)
  })

  it('waits for an attempt that is under way when it is stopped', async () => {
    let finish = () => {}
    starts = [() => new Promise((resolve) => (finish = resolve))]
    service.start()
    const stopped = service.stop()
    finish()
    await stopped
    assert.deepEqual(database.calls, ['start', 'stop'])
    await assert.rejects(service.opened(), { code: 'CLOSED' })
  })

  it('does not try again after it is stopped', async () => {
    let fail = (_error: Error) => {}
    starts = [() => new Promise((_resolve, reject) => (fail = reject))]
    service.start()
    const stopped = service.stop()
    fail(new MonitorError('SPOOL_LOCKED', 'locked'))
    await stopped
    assert.equal(clock.pending, 0)
  })

  it('says how many accepted points were lost by closing, and not how many before', async () => {
    service.start()
    await service.opened()
    database.dropped = 5
    database.stop = () => {
      database.dropped = 12
      return Promise.resolve()
    }
    assert.equal(await service.stop(), 7)
  })
})
