import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Turn } from '../../../src/cache/cache'
import { MonitorError } from '../../../src/domain/errors'
import { memoryCache, settled, Source, tally, times } from './caches'

const WAIT = { wait_ms: 1000 }

async function turnFor(cache: ReturnType<typeof memoryCache>['cache'], key = 'key'): Promise<Turn> {
  const { turn } = await cache.ask(key, WAIT)
  assert.ok(turn)
  return turn
}

describe('The turn to bring a value', () => {
  it('goes to the first who asks; the others wait and get what is brought', async () => {
    const { cache } = memoryCache()
    const turn = await turnFor(cache)
    const others = times(3, () => cache.ask('key', WAIT))
    assert.equal(await cache.complete(turn, [1, 2]), true)
    assert.deepEqual(await tally(others), { '[1,2]': 3 })
    const { found } = await cache.ask('key')
    assert.deepEqual([found?.value, found?.from, found?.stale], [[1, 2], 'memory', false])
    await cache.stop()
  })

  it('passes after its time: who waits is told, naming the key, and the next who asks has it', async () => {
    const { cache, clock } = memoryCache()
    await turnFor(cache)
    const waiting = cache.ask('key', { wait_ms: 5000 })
    await settled()
    clock.advance(1000)
    await assert.rejects(waiting, { code: 'CACHE_TIMEOUT', message: /^key: / })
    const next = await turnFor(cache)
    assert.equal(await cache.complete(next, 'next'), true)
    await cache.stop()
  })

  it('lets each wait no longer than it said', async () => {
    const { cache, clock } = memoryCache()
    await turnFor(cache)
    const waiting = cache.ask('key', { wait_ms: 10 })
    await settled()
    clock.advance(10)
    await assert.rejects(waiting, { code: 'CACHE_TIMEOUT' })
    await cache.stop()
  })

  it('keeps a late value while nobody else has the turn, for three seconds', async () => {
    const { cache, clock } = memoryCache()
    for (const [late_ms, kept] of [
      [2999, true],
      [3000, false],
    ] as const) {
      const turn = await turnFor(cache, `late ${late_ms}`)
      clock.advance(1000 + late_ms)
      assert.equal(await cache.complete(turn, 'late'), kept)
      assert.equal((await cache.get(`late ${late_ms}`)) !== undefined, kept)
    }
    await cache.stop()
  })

  it('keeps no late value of one whose turn has gone to another', async () => {
    const { cache, clock } = memoryCache()
    const first = await turnFor(cache)
    clock.advance(1000)
    const second = await turnFor(cache)
    assert.equal(await cache.complete(first, 'first'), false)
    const waiting = cache.ask('key', WAIT)
    await settled()
    assert.equal(await cache.complete(second, 'second'), true)
    assert.equal((await waiting).found?.value, 'second')
    await cache.stop()
  })

  it('ends with the first answer; anything after that, or from elsewhere, goes nowhere', async () => {
    const { cache } = memoryCache()
    const turn = await turnFor(cache)
    assert.equal(await cache.complete({ key: 'key', id: 'another' }, 1), false)
    assert.equal(await cache.complete({ key: 'other', id: turn.id }, 1), false)
    assert.equal(await cache.complete(turn, 2), true)
    assert.equal(await cache.complete(turn, 3), false)
    await cache.fail(turn, new MonitorError('INTERNAL', 'late'))
    assert.equal((await cache.get('key'))?.value, 2)
    await cache.stop()
  })

  it('ends in a failure that all who wait hear, and for its time all who ask', async () => {
    const { cache, clock } = memoryCache()
    const turn = await turnFor(cache)
    const waiting = cache.ask('key', WAIT)
    await cache.fail(turn, new MonitorError('REPLY_TIMEOUT', 'no answer'))
    const heard = { code: 'CACHE_LOAD_FAILED', message: 'key: no answer' }
    for (const question of [waiting, cache.ask('key')]) {
      await assert.rejects(question, (error: MonitorError) => {
        assert.deepEqual({ code: error.code, message: error.message }, heard)
        assert.equal((error.cause as MonitorError).code, 'REPLY_TIMEOUT')
        return true
      })
    }
    assert.deepEqual([cache.peek('key'), await cache.get('key')], [undefined, undefined])
    assert.equal((await cache.find('*')).size, 0)
    clock.advance(1000)
    assert.ok((await cache.ask('key')).turn)
    await cache.stop()
  })

  it('ends in a failure where the value is none that can be kept', async () => {
    const { cache } = memoryCache()
    const turn = await turnFor(cache)
    const waiting = cache.ask('key', WAIT)
    waiting.catch(() => undefined)
    await assert.rejects(cache.complete(turn, 1n), { code: 'INPUT_INVALID' })
    await assert.rejects(waiting, { code: 'CACHE_LOAD_FAILED' })
    await cache.stop()
  })

  it('brings nothing as null, which is kept as briefly as a failure', async () => {
    const { cache, clock } = memoryCache({ negative_s: 2 })
    const source = new Source()
    const found = cache.fetch('device', source.load, { kind: 'device' })
    await settled()
    source.bring(undefined)
    assert.equal((await found).value, null)
    assert.equal((await cache.get('device'))?.value, null)
    clock.advance(2000)
    assert.equal(await cache.get('device'), undefined)
    await cache.stop()
  })

  it('passes where a load never ends, for the caller as well; its late value is kept', async () => {
    const { cache, clock } = memoryCache()
    const source = new Source()
    const fetching = cache.fetch('key', source.load, WAIT)
    await settled()
    clock.advance(1000)
    await assert.rejects(fetching, { code: 'CACHE_TIMEOUT' })
    source.bring('late')
    await settled()
    assert.equal((await cache.get('key'))?.value, 'late')
    assert.equal(cache.statistics().kinds.flow.load_failures, 1)
    await cache.stop()
  })

  it('answers who waits with what is set, and nobody with what comes after that', async () => {
    const { cache } = memoryCache()
    const turn = await turnFor(cache)
    const waiting = cache.ask('key', WAIT)
    await settled()
    cache.set('key', 'set')
    assert.equal((await waiting).found?.value, 'set')
    assert.equal(await cache.complete(turn, 'late'), false)
    assert.equal(cache.peek('key')?.value, 'set')
    await cache.stop()
  })

  it('takes tags and times of both the question and the answer', async () => {
    const { cache, clock } = memoryCache()
    const { turn } = await cache.ask('key', { tags: ['asked'], ttl_ms: 5000 })
    assert.ok(turn)
    await cache.complete(turn, 1, { tags: ['answered'] })
    clock.advance(4999)
    assert.ok(cache.peek('key'))
    assert.equal(await cache.deleteTagged('asked'), 1)
    await cache.stop()
  })
})
