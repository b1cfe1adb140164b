import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { CachedAnswers, type Question } from '../../../nodes/kasa-history/answers'
import type { Cache } from '../../../src/cache/cache'
import { deviceTag } from '../../../src/cache/keys'
import { type ErrorCode, MonitorError } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { FakeDatabase } from '../../support/fake-database'
import { memoryCache } from '../../support/memory-cache'

const HISTORY_MS = 300_000
const LIVE_MS = 60_000

describe('Answers of a database behind a cache', () => {
  let clock: FakeClock
  let cache: Cache
  let loads: number
  let load: () => Promise<number[]>

  beforeEach(() => {
    clock = new FakeClock()
    cache = memoryCache(clock)
    loads = 0
    load = async () => [++loads]
  })

  afterEach(() => cache.stop())

  const question = (given: Partial<Question<number[]>> = {}): Question<number[]> => ({
    asked: ['history', '-24h'],
    device_ids: ['plug-1'],
    load: () => load(),
    isAnswer: (value): value is number[] => Array.isArray(value),
    ...given,
  })
  const answersOf = (identity: string, behind: Pick<Cache, 'fetch' | 'lifetimes_ms'> = cache) =>
    new CachedAnswers(behind, { identity, opened: async () => new FakeDatabase() })
  const ask = (given: Partial<Question<number[]>> = {}, identity = 'home') => answersOf(identity).to(question(given))

  it('come from the database once, and say how they came', async () => {
    assert.deepEqual(await ask(), { answer: [1], origin: { hit: false, age_ms: 0, stale: false } })
    clock.advance(1500)
    assert.deepEqual(await ask(), { answer: [1], origin: { hit: 'memory', age_ms: 1500, stale: false } })
    clock.advance(HISTORY_MS - 1500)
    assert.deepEqual((await ask()).answer, [2])
  })

  it('are no older than a live reading where they are about now', async () => {
    await ask({ isLive: true })
    clock.advance(LIVE_MS - 1)
    assert.deepEqual((await ask({ isLive: true })).answer, [1])
    clock.advance(1)
    assert.deepEqual((await ask({ isLive: true })).answer, [2])
  })

  it('are waited for by all who ask the same at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask()))
    assert.equal(loads, 1)
    assert.ok(answers.every(({ answer }) => answer[0] === 1))
  })

  it('belong to who gets them: what a flow does to one, no other sees', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const { answer } = await ask()
      assert.deepEqual(answer, [1])
      answer.push(99)
    }
  })

  it('are those of this question and this database alone', async () => {
    await ask()
    assert.deepEqual((await ask({ asked: ['history', '-1h'] })).answer, [2])
    assert.deepEqual((await ask({}, 'cottage')).answer, [3])
    assert.deepEqual((await ask({ asked: ['history', 'x'.repeat(500), 1] })).answer, [4])
    assert.deepEqual((await ask({ asked: ['history', 'x'.repeat(500), 2] })).answer, [5])
    assert.deepEqual((await ask()).answer, [1])
  })

  it('are forgotten with a device that was asked for, with their database, and by their keys', async () => {
    const forgets = [
      () => cache.deleteTagged(deviceTag('plug-1')),
      () => cache.deleteTagged('database:home'),
      () => cache.deleteMatching('history:*'),
    ]
    for (const [index, forget] of forgets.entries()) {
      assert.deepEqual((await ask()).answer, [index + 1])
      assert.equal(await forget(), 1)
    }
  })

  it('fail as the database fails, for all who wait and for a moment after', async () => {
    const failure = new MonitorError('DATABASE_UNAVAILABLE', 'the server is away', { details: { host: 'h' } })
    load = () => {
      loads++
      return Promise.reject(failure)
    }
    const outcomes = await Promise.allSettled([ask(), ask(), ask()])
    for (const outcome of outcomes) {
      assert.equal(outcome.status, 'rejected')
      const { code, message } = outcome.reason as MonitorError
      assert.deepEqual([code, message], [failure.code, failure.message])
    }
    assert.equal((outcomes[0] as PromiseRejectedResult).reason, failure)
    await assert.rejects(ask(), { code: failure.code, message: failure.message })
    assert.equal(loads, 1)
    clock.advance(1000)
    load = async () => [7]
    assert.deepEqual((await ask()).answer, [7])
  })

  it('are given where they are too large to keep', async () => {
    load = async () => Array.from({ length: 1_000_000 }, () => ++loads)
    assert.equal((await ask()).answer.length, 1_000_000)
    const { origin } = await ask()
    assert.equal(origin?.hit, false)
  })

  it('come from the database where somebody has put something else in their place', async () => {
    await ask()
    const [key] = (await cache.find('history:*')).keys()
    cache.set(key ?? '', { rows: 'none' })
    assert.deepEqual(await ask(), { answer: [2], origin: { hit: false, age_ms: 0, stale: false } })
  })

  it('come from the database where no key or tag can be made of the question', async () => {
    assert.deepEqual((await ask({ asked: ['x'.repeat(70_000)] })).answer, [1])
    assert.deepEqual((await ask({ device_ids: ['a\u0000b'] })).answer, [2])
  })

  const troubles: ErrorCode[] = ['CACHE_UNAVAILABLE', 'CACHE_TIMEOUT', 'CACHE_LOAD_FAILED', 'CLOSED']
  for (const code of troubles) {
    it(`come from the database where the cache fails with ${code}`, async () => {
      const broken = {
        lifetimes_ms: cache.lifetimes_ms,
        fetch: () => Promise.reject(new MonitorError(code, 'the cache has a problem')),
      }
      const { answer, origin } = await answersOf('home', broken).to(question())
      assert.deepEqual([answer, origin?.hit], [[1], false])
    })
  }

  it('come from the database once, even where that takes longer than anybody waits', async () => {
    let done: (answer: number[]) => void = () => {}
    load = () => {
      loads++
      return new Promise((resolve) => (done = resolve))
    }
    const asked = ask()
    await clock.advanceSlowly(3_600_000, 60_000)
    done([1])
    assert.deepEqual((await asked).answer, [1])
    assert.equal(loads, 1)
  })

  it('are served past their time where that is wanted, while a new one is brought', async () => {
    await cache.stop()
    cache = memoryCache(clock, { stale_s: 600 })
    await ask()
    clock.advance(HISTORY_MS)
    const old = await ask()
    assert.deepEqual(old, { answer: [1], origin: { hit: 'memory', age_ms: HISTORY_MS, stale: true } })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(await ask(), { answer: [2], origin: { hit: 'memory', age_ms: 0, stale: false } })
  })

  it('are served past their time while the database fails, and that failure is nobody’s', async () => {
    await cache.stop()
    cache = memoryCache(clock, { stale_s: 600 })
    await ask()
    clock.advance(HISTORY_MS)
    load = () => Promise.reject(new MonitorError('DATABASE_UNAVAILABLE', 'away'))
    for (let turn = 0; turn < 3; turn++) {
      assert.deepEqual((await ask()).answer, [1])
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
})
