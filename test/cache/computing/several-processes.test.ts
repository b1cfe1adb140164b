import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Cache, Turn } from '../../../src/cache/cache'
import { MonitorError } from '../../../src/domain/errors'
import { FakeClock } from '../../support/fake-clock'
import { FakeShared } from '../../support/fake-shared-level'
import { settled, sharedCache, tally, times } from './caches'

const LEASE_MS = 3000

async function startTwo(given: Readonly<Record<string, unknown>> = {}) {
  const clock = new FakeClock()
  const shared = new FakeShared(clock)
  const [first, second] = [sharedCache(shared, clock, given), sharedCache(shared, clock, given)]
  await settled()
  const stop = async () => {
    await Promise.all([first.cache.stop(), second.cache.stop()])
    assert.equal(clock.pending, 0)
  }
  return { clock, shared, first: first.cache, second: second.cache, redis: [first.redis, second.redis] as const, stop }
}

async function turnOf(cache: Cache): Promise<Turn> {
  const { turn } = await cache.ask('key')
  assert.ok(turn)
  return turn
}

describe('The turn among several processes', () => {
  it('is with one of them; who waits in another gets the value, and finds it there later', async () => {
    const { first, second, stop } = await startTwo()
    const turn = await turnOf(first)
    const waiting = times(3, () => second.ask('key'))
    await settled()
    assert.equal(await first.complete(turn, 'value'), true)
    assert.deepEqual(await tally(waiting), { '"value"': 3 })
    assert.equal((await second.get('key'))?.value, 'value')
    const { waits, loads, misses } = second.statistics().kinds.flow
    assert.deepEqual([waits, loads, misses], [3, 0, 0])
    await stop()
  })

  it('ends in a failure that all hear, in all of them', async () => {
    const { first, second, stop } = await startTwo()
    const turn = await turnOf(first)
    const waiting = second.ask('key')
    await settled()
    await first.fail(turn, new MonitorError('REPLY_TIMEOUT', 'no answer'))
    await assert.rejects(waiting, (error: MonitorError) => {
      assert.deepEqual([error.code, (error.cause as MonitorError).code], ['CACHE_LOAD_FAILED', 'REPLY_TIMEOUT'])
      return true
    })
    await assert.rejects(second.ask('key'), { code: 'CACHE_LOAD_FAILED' })
    await stop()
  })

  it('goes to the next process after a failure that is not to be kept', async () => {
    const { first, second, stop } = await startTwo({ negative_s: 0 })
    const turn = await turnOf(first)
    const waiting = second.ask('key')
    await settled()
    await first.fail(turn, new MonitorError('REPLY_TIMEOUT', 'no answer'))
    assert.ok((await waiting).turn)
    await stop()
  })

  it('ends where another sets the key: all who wait anywhere get that', async () => {
    const { clock, first, second, stop } = await startTwo()
    const turn = await turnOf(first)
    const waiting = [first.ask('key'), second.ask('key')]
    await settled()
    clock.advance(1)
    second.set('key', 'set')
    clock.advance(20)
    assert.deepEqual(await tally(waiting), { '"set"': 2 })
    assert.equal(await first.complete(turn, 'late'), false)
    assert.equal((await first.get('key'))?.value, 'set')
    await stop()
  })

  it('is void where another deletes the key; who asks after that waits for another', async () => {
    for (const remove of ['delete', 'deleteMatching'] as const) {
      const { first, second, stop } = await startTwo()
      const turn = await turnOf(first)
      const waiting = first.ask('key')
      await settled()
      await second[remove]('key')
      await settled()
      const next = await turnOf(first)
      assert.equal(await first.complete(turn, 'old'), false, remove)
      assert.equal((await waiting).found?.value, 'old')
      assert.equal(await second.get('key'), undefined)
      assert.equal(await first.complete(next, 'new'), true)
      assert.equal((await second.get('key'))?.value, 'new')
      await stop()
    }
  })

  it('stays where it is while it takes longer than a lease', async () => {
    const { clock, first, second, redis, stop } = await startTwo()
    const turn = await turnOf(first)
    const waiting = second.ask('key')
    await clock.advanceSlowly(3 * LEASE_MS, 500)
    assert.ok(redis[0].sent.filter((command) => command === 'renew').length >= 8)
    assert.equal(await first.complete(turn, 'slow'), true)
    assert.equal((await waiting).found?.value, 'slow')
    await stop()
  })

  it('passes to another process after its time', async () => {
    const { clock, first, second, stop } = await startTwo()
    const { turn } = await first.ask('key', { wait_ms: 1000 })
    assert.ok(turn)
    const waiting = second.ask('key', { wait_ms: 10_000 })
    await clock.advanceSlowly(1000 + LEASE_MS, 500)
    const next = (await waiting).turn
    assert.ok(next)
    assert.equal(await first.complete(turn, 'late'), false)
    assert.equal(await second.complete(next, 'new'), true)
    await stop()
  })

  it('passes to another process when its own is stopped', async () => {
    const { clock, first, second, stop } = await startTwo()
    await turnOf(first)
    const waiting = second.ask('key')
    await settled()
    await Promise.all([first.stop(), clock.advanceSlowly(100)])
    assert.ok((await waiting).turn)
    await stop()
  })

  it('is looked for again where no news have come, because its holder may have died', async () => {
    const { clock, shared, first, second, redis, stop } = await startTwo()
    await turnOf(first)
    const waiting = second.ask('key')
    await settled()
    redis[0].disconnect(0)
    shared.leases.clear()
    await clock.advanceSlowly(LEASE_MS, 500)
    assert.ok((await waiting).turn)
    await stop()
  })

  it('is with each process where Redis goes; who waits for another has it then', async () => {
    const { first, second, redis, stop } = await startTwo()
    const turn = await turnOf(first)
    const waiting = second.ask('key')
    await settled()
    for (const each of redis) each.disconnect(0)
    const own = (await waiting).turn
    assert.ok(own)
    assert.deepEqual([await first.complete(turn, 1), await second.complete(own, 2)], [true, true])
    assert.deepEqual([first.peek('key')?.value, second.peek('key')?.value], [1, 2])
    await stop()
  })

  it('to refresh an old value is with one of all, and the others go on serving it', async () => {
    const { clock, first, second, stop } = await startTwo({ flow_s: 10, stale_s: 60 })
    first.set('key', 'old')
    clock.advance(20)
    await settled()
    clock.advance(10_000)
    const asked = await Promise.all([first, second].flatMap((cache) => times(100, () => cache.ask('key'))))
    assert.ok(asked.every(({ found }) => found?.value === 'old'))
    assert.equal(asked.filter(({ turn }) => turn).length, 1)
    await stop()
  })
})
