import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { memoryCache, settled, Source, tally, times } from './caches'

const CROWD = 1000

describe('One computation for all who ask', () => {
  it('loads once for a thousand who ask at the same time', async () => {
    const { cache } = memoryCache()
    const source = new Source()
    const questions = times(CROWD, () => cache.fetch('key', source.load))
    await settled()
    source.bring({ power_w: 5 })
    assert.deepEqual(await tally(questions), { '{"power_w":5}': CROWD })
    assert.equal(source.loads, 1)
    assert.deepEqual((await cache.fetch('key', source.load)).value, { power_w: 5 })
    assert.equal(source.loads, 1)
    await cache.stop()
  })

  it('loads once for those who come while it takes its time', async () => {
    const { cache, clock } = memoryCache()
    const source = new Source()
    const questions = []
    for (let second = 0; second < 8; second++) {
      questions.push(...times(CROWD / 8, () => cache.fetch('key', source.load)))
      await settled()
      clock.advance(1000)
    }
    source.bring('slow')
    assert.deepEqual(await tally(questions), { '"slow"': CROWD })
    assert.equal(source.loads, 1)
    await cache.stop()
  })

  it('tells a failure to all of them, under its own code', async () => {
    const { cache } = memoryCache()
    const source = new Source()
    const questions = times(CROWD, () => cache.fetch('key', source.load))
    await settled()
    source.fail(new MonitorError('DATABASE_UNAVAILABLE', 'gone'))
    assert.deepEqual(await tally(questions), { DATABASE_UNAVAILABLE: CROWD })
    assert.equal(source.loads, 1)
    await cache.stop()
  })

  it('tells what is no error of ours as a load that failed', async () => {
    const { cache } = memoryCache()
    const failing = () => Promise.reject(new TypeError('odd'))
    await assert.rejects(cache.fetch('key', failing), { code: 'CACHE_LOAD_FAILED', message: 'odd' })
    await assert.rejects(
      cache.fetch('key', () => {
        throw new TypeError('at once')
      }),
      { code: 'CACHE_LOAD_FAILED', message: 'odd' },
      'within its time a failure is not tried again',
    )
    await cache.stop()
  })

  it('tries a failure again after its time, and at once where failures are not kept', async () => {
    for (const [negative_s, again] of [
      [2, false],
      [0, true],
    ] as const) {
      const { cache, clock } = memoryCache({ negative_s })
      let loads = 0
      const failing = () => Promise.reject(new Error(`try ${++loads}`))
      await assert.rejects(cache.fetch('key', failing))
      clock.advance(1999)
      await assert.rejects(cache.fetch('key', failing))
      assert.equal(loads, again ? 2 : 1)
      clock.advance(2)
      await assert.rejects(cache.fetch('key', failing))
      assert.equal(loads, again ? 3 : 2)
      await cache.stop()
    }
  })

  it('keeps nothing of what was computed when its key was deleted, and computes anew for who asks after that', async () => {
    for (const remove of ['delete', 'deleteMatching', 'deleteTagged'] as const) {
      const { cache } = memoryCache()
      const [old, fresh] = [new Source(), new Source()]
      const options = { tags: ['device:1'] }
      const before = times(CROWD / 2, () => cache.fetch('key', old.load, options))
      await settled()
      await cache[remove]({ delete: 'key', deleteMatching: 'k*', deleteTagged: 'device:1' }[remove])
      const after = times(CROWD / 2, () => cache.fetch('key', fresh.load, options))
      await settled()
      old.bring('old')
      assert.deepEqual(await tally(before), { '"old"': CROWD / 2 }, remove)
      assert.equal(await cache.get('key'), undefined)
      fresh.bring('new')
      assert.deepEqual(await tally(after), { '"new"': CROWD / 2 }, remove)
      assert.deepEqual([old.loads, fresh.loads], [1, 1])
      assert.equal((await cache.get('key'))?.value, 'new')
      await cache.stop()
    }
  })

  it('answers all who wait with what somebody sets meanwhile, and keeps that', async () => {
    const { cache } = memoryCache()
    const source = new Source()
    const questions = times(CROWD, () => cache.fetch('key', source.load))
    await settled()
    cache.set('key', 'set')
    assert.deepEqual(await tally(questions), { '"set"': CROWD })
    source.bring('computed')
    await settled()
    assert.equal((await cache.get('key'))?.value, 'set')
    await cache.stop()
  })

  it('refuses questions beyond ten thousand open ones', async () => {
    const { cache } = memoryCache()
    const source = new Source()
    const counted = tally(times(10_001, () => cache.fetch('key', source.load)))
    await settled()
    source.bring(1)
    assert.deepEqual(await counted, { '1': 10_000, QUEUE_FULL: 1 })
    await cache.stop()
  })

  it('answers who waits that it is closed, and lets a late load end in peace', async () => {
    const { cache, clock } = memoryCache()
    const source = new Source()
    const questions = times(CROWD, () => cache.fetch('key', source.load))
    await settled()
    await cache.stop()
    assert.deepEqual(await tally(questions), { CLOSED: CROWD })
    assert.deepEqual(await tally([cache.fetch('key', source.load)]), { CLOSED: 1 })
    source.fail(new Error('late'))
    await settled()
    assert.equal(clock.pending, 0)
  })
})
