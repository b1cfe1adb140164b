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
  let made: FakeDatabase[]
  let starts: (() => Promise<void>)[]
  let told: Pick<ServiceStatus, 'state' | 'message'>[]
  let service: DatabaseService

  beforeEach(() => {
    clock = new FakeClock()
    made = []
    starts = []
    told = []
    const make = () => {
      const database = new FakeDatabase()
      database.starting = starts.shift() ?? database.starting
      made.push(database)
      return database
    }
    service = new DatabaseService('/tmp/a.sqlite', make, clock, () => 1)
    service.watch(({ state, message }) => told.push({ state, ...(message ? { message } : {}) }))
  })

  it('opens, and gives the open database to whoever asks, also to those who asked before', async () => {
    service.start()
    assert.equal(service.status().state, 'opening')
    assert.equal(await service.opened(), made[0])
    assert.deepEqual(told, [{ state: 'ok' }])
  })

  it('tries a locked file again, later and later, and tells of it once', async () => {
    starts = [refused('DATABASE_LOCKED'), refused('DATABASE_LOCKED'), refused('DATABASE_LOCKED')]
    service.start()
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await settle()
      const before = clock.monotonic()
      while (made.length === attempt) clock.advance(500)
      pauses.push(clock.monotonic() - before)
    }
    await settle()
    assert.equal(made.length, 4)
    assert.deepEqual(pauses, [1000, 2000, 4000])
    assert.deepEqual(told, [{ state: 'retrying', message: 'refused: DATABASE_LOCKED' }, { state: 'ok' }])
    assert.equal(await service.opened(), made[3])
  })

  it('never waits longer than half a minute', async () => {
    starts = Array.from({ length: 20 }, () => refused('DATABASE_UNAVAILABLE'))
    service.start()
    for (let attempt = 1; attempt <= 20; attempt++) {
      await settle()
      clock.advance(30_000)
    }
    await settle()
    assert.equal(made.length, 21)
  })

  it('refuses with the reason while it waits', async () => {
    starts = [refused('DATABASE_LOCKED')]
    service.start()
    await assert.rejects(service.opened(), { code: 'DATABASE_LOCKED' })
    await assert.rejects(service.opened(), { code: 'DATABASE_LOCKED' })
    assert.equal(made.length, 1)
  })

  it('leaves a file alone that is no database', async () => {
    starts = [refused('DATABASE_INVALID')]
    service.start()
    await settle()
    clock.advance(3_600_000)
    assert.equal(made.length, 1)
    assert.equal(clock.pending, 0)
    assert.deepEqual(told, [{ state: 'failed', message: 'refused: DATABASE_INVALID' }])
  })

  it('tells again when the reason changes', async () => {
    starts = [refused('DATABASE_LOCKED'), refused('DATABASE_UNAVAILABLE')]
    service.start()
    await settle()
    clock.advance(1000)
    await settle()
    assert.deepEqual(
      told.map(({ message }) => message),
      ['refused: DATABASE_LOCKED', 'refused: DATABASE_UNAVAILABLE'],
    )
  })

  it('ends every database that it made', async () => {
    starts = [refused('DATABASE_LOCKED')]
    service.start()
    await settle()
    clock.advance(1000)
    await service.stop()
    assert.deepEqual(
      made.map(({ calls }) => calls),
      [
        ['start', 'stop'],
        ['start', 'stop'],
      ],
    )
    assert.equal(clock.pending, 0)
  })

  it('waits for an attempt that is under way when it is stopped', async () => {
    let finish = () => {}
    starts = [() => new Promise((resolve) => (finish = resolve))]
    service.start()
    const stopped = service.stop()
    finish()
    await stopped
    assert.deepEqual(made[0]?.calls, ['start', 'stop'])
    await assert.rejects(service.opened(), { code: 'CLOSED' })
  })

  it('does not try again after it is stopped', async () => {
    let fail = (_error: Error) => {}
    starts = [() => new Promise((_resolve, reject) => (fail = reject))]
    service.start()
    const stopped = service.stop()
    fail(new MonitorError('DATABASE_LOCKED', 'locked'))
    await stopped
    assert.equal(clock.pending, 0)
  })

  it('says how many accepted readings were lost', async () => {
    service.start()
    await service.opened()
    if (made[0]) made[0].dropped = 7
    assert.equal(await service.stop(), 7)
  })
})
