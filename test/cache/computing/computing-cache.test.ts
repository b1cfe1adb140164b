import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { CacheStatus } from '../../../src/cache/cache'
import { memoryCache, settled } from './caches'

describe('A cache', () => {
  it('keeps any JSON, and gives back what JSON makes of it', async () => {
    const { cache } = memoryCache()
    for (const value of [null, 0, '', false, [1, [2]], { a: { b: [null] } }]) {
      cache.set('key', value)
      assert.deepEqual((await cache.get('key'))?.value, value)
    }
    cache.set('key', { gone: undefined, at: new Date(0) })
    assert.deepEqual(cache.peek('key')?.value, { at: '1970-01-01T00:00:00.000Z' })
    await cache.stop()
  })

  it('refuses what is no key, no value, no time', async () => {
    const { cache } = memoryCache()
    for (const key of ['', 7, null, 'a\nb', 'x'.repeat(70_000)] as string[]) {
      assert.throws(() => cache.peek(key), { code: 'INPUT_INVALID' })
      assert.throws(() => cache.set(key, 1), { code: 'INPUT_INVALID' })
      for (const question of [cache.get(key), cache.delete(key), cache.ask(key), cache.fetch(key, never)]) {
        await assert.rejects(question, { code: 'INPUT_INVALID' })
      }
    }
    assert.throws(() => cache.set('key', undefined), { code: 'INPUT_INVALID' })
    assert.throws(() => cache.set('key', 1, { ttl_ms: -1 }), { code: 'INPUT_INVALID' })
    await cache.stop()
  })

  it('finds long keys again, and by their beginning', async () => {
    const { cache } = memoryCache()
    const long = `history:${'x'.repeat(500)}`
    cache.set(long, 1)
    assert.equal(cache.peek(long)?.value, 1)
    assert.deepEqual(
      [...(await cache.find('history:*')).values()].map(({ value }) => value),
      [1],
    )
    assert.equal(await cache.delete(long), 1)
    await cache.stop()
  })

  it('deletes by key, pattern and tag, and says how many', async () => {
    const { cache } = memoryCache()
    for (const key of ['a1', 'a2', 'b1']) cache.set(key, 1, { tags: [`end:${key[1]}`] })
    assert.deepEqual([await cache.delete('a1'), await cache.delete('a1')], [1, 0])
    assert.equal(await cache.deleteTagged('end:1'), 1)
    assert.equal(await cache.deleteMatching('*'), 1)
    assert.equal(cache.statistics().kinds.flow.invalidations, 3)
    await cache.stop()
  })

  it('says how old a value is', async () => {
    const { cache, clock } = memoryCache()
    cache.set('key', 1)
    clock.advance(1234)
    const expected = { value: 1, from: 'memory', age_ms: 1234, stale: false }
    assert.deepEqual([cache.peek('key'), await cache.get('key')], [expected, expected])
    assert.deepEqual((await cache.find('k*')).get('key'), expected)
    await cache.stop()
  })

  it('answers with a value that is too large to keep, counts it, and tells it once', async () => {
    const { cache } = memoryCache({ entry_kb: 1 })
    const told: CacheStatus[] = []
    cache.watch((status) => told.push(status))
    const [fits, large] = ['x'.repeat(1022), 'é'.repeat(512)]
    cache.set('key', fits)
    assert.equal(cache.peek('key')?.value, fits)
    cache.set('key', large)
    assert.equal(cache.peek('key'), undefined, 'the value that it was to replace is gone')
    assert.equal((await cache.fetch('other', () => Promise.resolve(large))).value, large)
    assert.equal(await cache.get('other'), undefined)
    const { turn } = await cache.ask('asked')
    assert.ok(turn)
    const waiting = cache.ask('asked')
    assert.equal(await cache.complete(turn, large), false)
    assert.equal((await waiting).found?.value, large)
    assert.equal(cache.statistics().kinds.flow.oversized, 3)
    assert.equal(told.length, 1)
    const { code, message } = told[0]?.oversized ?? {}
    assert.equal(code, 'INPUT_INVALID')
    assert.match(message ?? '', /^key: .*2 kB.*1 kB/)
    await cache.stop()
  })

  it('counts each question as a hit, a miss or a wait, by kind', async () => {
    const { cache, clock } = memoryCache()
    const { turn } = await cache.ask('key', { kind: 'device' })
    assert.ok(turn)
    const waiting = cache.ask('key', { kind: 'device' })
    await settled()
    await cache.complete(turn, 1)
    await waiting
    clock.advance(100)
    cache.peek('key')
    await cache.get('key')
    await cache.ask('key')
    cache.peek('none', 'live')
    await cache.get('none', 'live')
    cache.set('live', 1, { kind: 'live' })
    const { kinds, hit_rate, redis } = cache.statistics()
    const { misses, loads, load_failures, waits, hits_memory, hits_redis, entries, age_ms } = kinds.device
    assert.deepEqual([misses, loads, load_failures, waits, hits_memory, hits_redis], [1, 1, 0, 1, 3, 0])
    assert.deepEqual([entries, age_ms?.max], [1, 100])
    assert.deepEqual([kinds.live.misses, kinds.live.sets], [2, 1])
    assert.deepEqual([hit_rate, redis], [0.5, undefined])
    await cache.stop()
  })

  it('has no timer left once it is stopped, twice, and keeps nothing from then on', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 10 })
    cache.set('key', 1)
    clock.advance(11_000)
    assert.ok((await cache.ask('key')).turn)
    assert.ok((await cache.ask('other')).turn)
    const waiting = cache.ask('other')
    await Promise.all([cache.stop(), assert.rejects(waiting, { code: 'CLOSED' })])
    await cache.stop()
    assert.equal(clock.pending, 0)
    cache.set('key', 2)
    assert.deepEqual([cache.peek('key'), await cache.get('key'), await cache.delete('key')], [undefined, undefined, 0])
    await assert.rejects(cache.ask('key'), { code: 'CLOSED' })
  })
})

const never = () => Promise.reject(new Error('must not be loaded'))
