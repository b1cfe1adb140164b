import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { memoryCache, settled, Source, tally, times } from './caches'

describe('Refreshing', () => {
  it('serves an old value to all, while one of them brings a new one', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 60 })
    cache.set('key', 'old')
    clock.advance(10_000)
    const asked = await Promise.all(times(1000, () => cache.ask('key')))
    assert.ok(asked.every(({ found }) => found?.value === 'old' && found.stale))
    const [turn, ...others] = asked.flatMap((one) => one.turn ?? [])
    assert.ok(turn)
    assert.equal(others.length, 0)
    await cache.complete(turn, 'new')
    assert.deepEqual(await tally([cache.ask('key')]), { '"new"': 1 })
    assert.equal(cache.statistics().kinds.flow.hits_stale, 1000)
    await cache.stop()
  })

  it('serves nothing after the end of its time', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 60 })
    cache.set('key', 'old')
    clock.advance(70_000)
    assert.deepEqual(Object.keys(await cache.ask('key')), ['turn'])
    await cache.stop()
  })

  it('shows an old value only to who asks: a look finds what is fresh', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 60 })
    cache.set('key', 'old')
    clock.advance(10_000)
    assert.deepEqual(
      [cache.peek('key'), await cache.get('key'), (await cache.find('*')).size],
      [undefined, undefined, 0],
    )
    await cache.stop()
  })

  it('refreshes ahead in the last part of the time, once, while hits go on', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, refresh_ahead_pct: 20 })
    const source = new Source()
    cache.set('key', 'old')
    clock.advance(7999)
    await cache.fetch('key', source.load)
    assert.equal(source.loads, 0)
    clock.advance(1)
    for (let round = 0; round < 50; round++) {
      const { value, stale } = await cache.fetch('key', source.load)
      assert.deepEqual([value, stale], ['old', false])
    }
    assert.equal(source.loads, 1)
    source.bring('new')
    await settled()
    clock.advance(7000)
    assert.equal((await cache.fetch('key', source.load)).value, 'new')
    assert.equal(source.loads, 1)
    await cache.stop()
  })

  it('goes on serving the old value where that fails, and tries again after the time of a failure', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 60, negative_s: 5 })
    let loads = 0
    const failing = () => Promise.reject(new MonitorError('REPLY_TIMEOUT', `try ${++loads}`))
    cache.set('key', 'old')
    clock.advance(10_000)
    for (const [passed_ms, expected] of [
      [0, 1],
      [4999, 1],
      [1, 2],
      [5000, 3],
    ] as const) {
      clock.advance(passed_ms)
      assert.equal((await cache.fetch('key', failing)).value, 'old')
      await settled()
      assert.equal(loads, expected)
    }
    clock.advance(60_000)
    await assert.rejects(cache.fetch('key', failing), { code: 'REPLY_TIMEOUT', message: 'try 4' })
    await cache.stop()
    assert.equal(clock.pending, 0)
  })

  it('lets who comes after the end of the old value wait for the new one', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 1 })
    const source = new Source()
    cache.set('key', 'old')
    clock.advance(10_500)
    assert.equal((await cache.fetch('key', source.load)).value, 'old')
    clock.advance(500)
    const waiting = cache.fetch('key', source.load)
    await settled()
    source.bring('new')
    assert.equal((await waiting).value, 'new')
    assert.equal(source.loads, 1)
    await cache.stop()
  })

  it('serves no old value after its deletion', async () => {
    const { cache, clock } = memoryCache({ flow_s: 10, stale_s: 60 })
    const source = new Source()
    cache.set('key', 'old')
    clock.advance(10_000)
    await cache.fetch('key', source.load)
    await cache.delete('key')
    const waiting = cache.fetch('key', source.load)
    await settled()
    assert.equal(source.loads, 2)
    source.bring('new')
    assert.equal((await waiting).value, 'new')
    await cache.stop()
  })
})
