import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Cache, CacheStatus } from '../../src/cache/cache'
import { parseCacheSettings } from '../../src/cache/cache-settings'
import { createCache } from '../../src/cache/create-cache'
import { systemClock } from '../../src/domain/clock'
import { FakeClock } from '../support/fake-clock'
import { skipWithout } from '../support/skipping'
import { startRedis, whyNoRedis, type RedisServer } from '../support/redis-servers'

const HEAP_BYTES = 1e9
/** Longer than a busy machine takes to answer. */
const PATIENCE_MS = 2000

/** @param used how much of the heap, % */
function build(given: Readonly<Record<string, unknown>>, used = () => 0) {
  const clock = new FakeClock()
  const heap = () => ({ used_bytes: (used() / 100) * HEAP_BYTES, limit_bytes: HEAP_BYTES, collected: true })
  const cache = createCache({ settings: parseCacheSettings(given), clock, random: () => 0.5, heap })
  cache.start()
  return { cache, clock }
}

describe('Creating a cache', () => {
  it('bounds memory by entries and by size, and counts what had to go', async () => {
    const few = build({ memory_entries: 10 }).cache
    for (let index = 0; index < 15; index++) few.set(`key ${index}`, index)
    assert.deepEqual([few.peek('key 4'), few.peek('key 5')?.value], [undefined, 5])
    assert.equal(few.statistics().kinds.flow.evictions, 5)
    const small = build({ memory_mb: 1 }).cache
    for (let index = 0; index < 20; index++) small.set(`key ${index}`, 'x'.repeat(100_000))
    const { entries, bytes, evictions } = small.statistics().kinds.flow
    assert.ok(bytes <= 1024 * 1024 && entries > 0 && entries + evictions === 20)
    await Promise.all([few.stop(), small.stop()])
  })

  it('shrinks while the heap is nearly full, and tells it', async () => {
    let used = 90
    const { cache, clock } = build({ heap_pct: 80 }, () => used)
    const told: CacheStatus[] = []
    const end = cache.watch((status) => told.push(status))
    for (let index = 0; index < 100; index++) cache.set(`key ${index}`, index)
    clock.advance(2000)
    assert.ok(cache.statistics().kinds.flow.entries <= 51)
    used = 10
    clock.advance(600_000)
    end()
    used = 90
    clock.advance(600_000)
    assert.deepEqual(told, [{ shrunk: true }, { shrunk: false }])
    await cache.stop()
    assert.equal(clock.pending, 0)
  })

  it('starts without waiting for a Redis that is not there, and works', async () => {
    const clock = new FakeClock()
    const settings = parseCacheSettings({ redis_url: 'redis://127.0.0.1:1' })
    const cache = createCache({ settings, clock, random: Math.random })
    cache.start()
    assert.equal(cache.status().redis, 'connecting')
    assert.equal((await cache.fetch('key', () => Promise.resolve(1))).value, 1)
    assert.equal((await cache.get('key'))?.from, 'memory')
    assert.equal(cache.statistics().redis?.pending, 1)
    await cache.stop()
    assert.equal(cache.status().redis, 'closed')
  })

  it('finds in Redis what another has kept there until it was stopped, and counts that', async function () {
    this.timeout(30_000)
    skipWithout(whyNoRedis(), this)
    const redis = await startRedis()
    const first = await connect(redis)
    first.set('key', { power_w: 5 })
    await first.stop()
    const second = await connect(redis)
    const found = await second.get('key')
    assert.deepEqual([found?.value, found?.from], [{ power_w: 5 }, 'redis'])
    assert.equal((await second.get('key'))?.from, 'memory')
    const { kinds, redis: counted } = second.statistics()
    assert.deepEqual([kinds.flow.hits_redis, kinds.flow.hits_memory], [1, 1])
    assert.deepEqual([counted?.errors, counted?.rubbish, counted?.pending], [0, 0, 0])
    assert.ok((counted?.latency_ms?.max ?? 0) > 0)
    await second.stop()
    await redis.stop()
  })
})

/** Connected. */
async function connect(redis: RedisServer): Promise<Cache> {
  const settings = parseCacheSettings({ redis_url: redis.url, timeout_ms: PATIENCE_MS })
  const cache = createCache({ settings, clock: systemClock, random: Math.random })
  await new Promise<void>((resolve) => {
    cache.watch((status) => {
      if (status.redis === 'open') resolve()
    })
    cache.start()
  })
  return cache
}
