import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { CacheCounters, type Counted } from '../../src/cache/cache-counters'
import { KindSizes } from '../../src/cache/memory/kind-sizes'

const COUNTED: readonly Counted[] = [
  'misses',
  'loads',
  'load_failures',
  'waits',
  'sets',
  'evictions',
  'oversized',
  'invalidations',
]
const each = (count: number): object => Object.fromEntries(COUNTED.map((what) => [what, count]))

describe('CacheCounters', () => {
  const nothing = new KindSizes().snapshot()

  it('counts each kind by itself', () => {
    const counters = new CacheCounters()
    counters.hit('live', 'memory', 10, false)
    counters.hit('live', 'redis', 20, true)
    counters.hit('flow', 'memory', 0, false)
    for (const what of COUNTED) counters.add('history', what)
    counters.add('history', 'invalidations', 7)
    const { kinds, hit_rate } = counters.snapshot({ ...nothing, device: { entries: 5, bytes: 600 } })
    const zero = { ...each(0), hits_memory: 0, hits_redis: 0, hits_stale: 0, entries: 0, bytes: 0 }
    const { age_ms: _, ...live } = kinds.live
    assert.deepEqual(live, { ...zero, hits_memory: 1, hits_redis: 1, hits_stale: 1 })
    assert.deepEqual(kinds.history, { ...zero, ...each(1), invalidations: 8 })
    assert.deepEqual(kinds.device, { ...zero, entries: 5, bytes: 600 })
    assert.equal(hit_rate, 3 / (3 + 1))
  })

  it('tells how old what it served was, up to days', () => {
    const counters = new CacheCounters()
    const DAY_MS = 86_400_000
    for (let index = 0; index < 94; index++) counters.hit('device', 'memory', 1000, false)
    for (let index = 0; index < 6; index++) counters.hit('device', 'memory', 7 * DAY_MS, false)
    const { p50 = 0, p95 = 0, max = 0 } = counters.snapshot(nothing).kinds.device.age_ms ?? {}
    assert.ok(p50 >= 1000 && p50 <= 1190)
    assert.ok(p95 >= 7 * DAY_MS * 0.99 && p95 <= max)
    assert.equal(max, 7 * DAY_MS)
  })

  it('tells nothing before the first question', () => {
    const { kinds, ...rest } = new CacheCounters().snapshot(nothing)
    assert.deepEqual(rest, {})
    assert.equal('age_ms' in kinds.live, false)
  })
})
