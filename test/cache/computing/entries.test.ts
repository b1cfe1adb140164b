import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CACHE_KINDS, parseCacheOptions } from '../../../src/cache/cache-options'
import { Entries } from '../../../src/cache/computing/entries'
import { keepingOf, requestOf } from '../../../src/cache/computing/request'
import { FakeClock } from '../../support/fake-clock'

const SECOND = 1000

describe('How long values are kept', () => {
  it('is a minute for what is live, five for history, an hour for devices, a minute for flows', () => {
    const entries = new Entries(parseCacheOptions({ jitter_pct: 0 }), new FakeClock(), () => 0.5)
    const fresh_s = CACHE_KINDS.map((kind) => [kind, entries.ofValue(1, keepingOf({ kind })).fresh_ms / SECOND])
    assert.deepEqual(Object.fromEntries(fresh_s), { live: 60, history: 300, device: 3600, flow: 60 })
    assert.deepEqual(entries.lifetimes_ms, { live: 60_000, history: 300_000, device: 3_600_000, flow: 60_000 })
  })

  it('is what the options say, and what the caller says before that', () => {
    const entries = new Entries(parseCacheOptions({ jitter_pct: 0, live_s: 2 }), new FakeClock(), () => 0.5)
    assert.equal(entries.ofValue(1, keepingOf({ kind: 'live' })).fresh_ms, 2000)
    assert.equal(entries.ofValue(1, keepingOf({ kind: 'live', ttl_ms: 77 })).fresh_ms, 77)
  })

  it('is never longer than that, and shorter by the jitter at most', () => {
    const time = fc.double({ min: 0.001, max: 30 * 86_400 * SECOND, noNaN: true })
    const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), time, chance, (jitter_pct, ttl_ms, random) => {
        const entries = new Entries(parseCacheOptions({ jitter_pct }), new FakeClock(), () => random)
        const { fresh_ms } = entries.ofValue(1, keepingOf({ ttl_ms }))
        assert.ok(fresh_ms > 0 && fresh_ms <= ttl_ms)
        assert.ok(fresh_ms >= ttl_ms * (1 - jitter_pct / 100) * (1 - 1e-12))
      }),
    )
  })

  it('lets values that come together expire one after the other', () => {
    const entries = new Entries(parseCacheOptions({}), new FakeClock(), Math.random)
    const ends = new Set(Array.from({ length: 100 }, () => entries.ofValue(1, keepingOf({})).ends_ms))
    assert.ok(ends.size > 90)
  })

  it('is the same for a failure and for nothing: short, and never stale', () => {
    const options = parseCacheOptions({ negative_s: 3, stale_s: 60, jitter_pct: 50 })
    const entries = new Entries(options, new FakeClock(), () => 0.9)
    const { fresh_ms, stale_ms, text } = entries.ofComputed(undefined, keepingOf({ ttl_ms: 99_999 }))
    assert.deepEqual([fresh_ms, stale_ms, text], [3000, 0, 'null'])
    assert.equal(entries.ofComputed(null, keepingOf({ ttl_ms: 9 })).stale_ms, 60_000, 'null is a value')
  })
})

describe('What may be said about a value', () => {
  it('is refused by name where it is out of range', () => {
    const wrong: [string, () => unknown][] = [
      ['ttl_ms', () => keepingOf({ ttl_ms: 0 })],
      ['ttl_ms', () => keepingOf({ ttl_ms: NaN })],
      ['ttl_ms', () => keepingOf({ ttl_ms: Infinity })],
      ['ttl_ms', () => keepingOf({ ttl_ms: '5' as never })],
      ['kind', () => keepingOf({ kind: 'else' as never })],
      ['tags', () => keepingOf({ tags: 'tag' as never })],
      ['tags', () => keepingOf({ tags: Array.from({ length: 1001 }, String) })],
      ['tag', () => keepingOf({ tags: [''] })],
      ['wait_ms', () => requestOf('key', { wait_ms: -1 })],
      ['wait_ms', () => requestOf('key', { wait_ms: 3_600_001 })],
    ]
    for (const [field, act] of wrong) {
      assert.throws(act, (error: { code?: string; details?: { field?: string } }) => {
        assert.deepEqual([error.code, error.details?.field], ['INPUT_INVALID', field])
        return true
      })
    }
  })
})
