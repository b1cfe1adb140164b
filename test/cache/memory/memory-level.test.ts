import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CacheEntry, jsonOf, type EntryFields } from '../../../src/cache/cache-entry'
import { CACHE_KINDS } from '../../../src/cache/cache-options'
import { sizeOf } from '../../../src/cache/memory/entry-size'
import { MemoryLevel, type MemoryLevelParts } from '../../../src/cache/memory/memory-level'
import { FakeClock } from '../../support/fake-clock'

const SECOND = 1000

function made(given: Partial<MemoryLevelParts> = {}) {
  const clock = new FakeClock()
  const evicted: unknown[] = []
  const onEvicted = (entry: CacheEntry): unknown => evicted.push(entry.value)
  const memory = new MemoryLevel({ maximum_entries: 100, maximum_bytes: 1e6, clock, onEvicted, ...given })
  const entry = (value: unknown, fields: Partial<EntryFields> = {}): CacheEntry => {
    const times = { stored_ms: clock.monotonic(), fresh_ms: 60 * SECOND, stale_ms: 0 }
    return new CacheEntry({ kind: 'flow', tags: [], ...times, ...fields }, jsonOf(value))
  }
  const has = (...keys: string[]): string[] => keys.filter((key) => memory.peek(key))
  const held = () => Object.values(memory.sizes()).reduce((sum, { entries }) => sum + entries, 0)
  return { clock, evicted, memory, entry, has, held }
}

describe('MemoryLevel', () => {
  it('forgets the least recently used where there are too many', () => {
    const { memory, entry, has, evicted } = made({ maximum_entries: 3 })
    for (const key of ['a', 'b', 'c']) memory.put(key, entry(key))
    memory.peek('a')
    memory.put('d', entry('d'))
    memory.put('c', entry('c again'))
    memory.put('e', entry('e'))
    assert.deepEqual(has('a', 'b', 'c', 'd', 'e'), ['c', 'd', 'e'])
    assert.deepEqual(evicted, ['b', 'a'])
  })

  it('never holds more than its bounds, and counts what it holds', () => {
    const puts = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        kind: fc.constantFrom(...CACHE_KINDS),
        text: fc.string({ maxLength: 300 }),
        life_ms: fc.integer({ min: 0, max: 50 }),
        tags: fc.subarray(['x', 'y']),
        pass_ms: fc.integer({ min: 0, max: 20 }),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(puts, (all) => {
        const { memory, entry, clock } = made({ maximum_entries: 4, maximum_bytes: 3000 })
        for (const { key, kind, text, life_ms, tags, pass_ms } of all) {
          memory.put(key, entry(text, { kind, fresh_ms: life_ms, tags }))
          const sizes = Object.values(memory.sizes())
          assert.ok(sizes.reduce((sum, { entries }) => sum + entries, 0) <= 4)
          assert.ok(sizes.reduce((sum, { bytes }) => sum + bytes, 0) <= 3000)
          clock.advance(pass_ms)
        }
        for (const tag of ['x', 'y'])
          for (const key of memory.dropTagged(tag)) assert.equal(memory.peek(key), undefined)
        memory.keep(new Set())
        for (const { entries, bytes } of Object.values(memory.sizes())) assert.deepEqual([entries, bytes], [0, 0])
      }),
    )
  })

  it('does not keep what is larger than all it may hold, and keeps the others for that', () => {
    const { memory, entry, has, evicted } = made({ maximum_bytes: 5000 })
    memory.put('a', entry('small'))
    memory.put('b', entry('small'))
    memory.put('b', entry('x'.repeat(2000)))
    assert.deepEqual(has('a', 'b'), ['a'])
    assert.equal(evicted.length, 1)
  })

  it('forgets at the moment that it is told, although the entry lives on', () => {
    const { memory, entry, clock, has, evicted } = made()
    memory.put('early', entry(1), clock.monotonic() + SECOND)
    memory.put('late', entry(1), clock.monotonic() + 3600 * SECOND)
    clock.advance(SECOND - 1)
    assert.deepEqual(has('early', 'late'), ['early', 'late'])
    clock.advance(1)
    assert.deepEqual(has('early', 'late'), ['late'])
    clock.advance(59 * SECOND)
    assert.deepEqual(has('early', 'late'), [])
    assert.deepEqual(evicted, [])
  })

  it('gives back what nobody asks for any more while others come, and no more than it must', () => {
    const { memory, entry, clock, held, evicted } = made({ maximum_entries: 10_000, maximum_bytes: 1e9 })
    for (let index = 0; index < 1000; index++) memory.put(`long-${index}`, entry(1, { fresh_ms: 3600 * SECOND }))
    for (let index = 0; index < 1000; index++) memory.put(`short-${index}`, entry(1, { fresh_ms: SECOND }))
    clock.advance(SECOND)
    for (let index = 0; index < 600; index++) memory.put(`next-${index % 10}`, entry(1))
    assert.equal(held(), 1010)
    assert.deepEqual(evicted, [])
  })

  it('holds a bounded surplus of what has expired, whatever is asked for in between', () => {
    const { memory, entry, clock, held } = made({ maximum_entries: 100_000, maximum_bytes: 1e9 })
    for (let index = 0; index < 200; index++) memory.put(`long-${index}`, entry(1, { fresh_ms: 3600 * SECOND }))
    let most = 0
    for (let index = 0; index < 20_000; index++) {
      memory.put(`short-${index}`, entry(1, { fresh_ms: SECOND }))
      memory.peek(`long-${index % 200}`)
      clock.advance(1)
      most = Math.max(most, held())
    }
    assert.ok(most < 2000, `held ${most}, of which 1200 were alive`)
  })

  it('has no timer', () => {
    const { memory, entry, clock } = made()
    memory.put('a', entry(1))
    memory.peek('a')
    assert.equal(clock.pending, 0)
  })

  it('takes away by key, pattern and tag, and tells what there was', () => {
    const { memory, entry, clock } = made()
    memory.put('gone', entry(1, { fresh_ms: 1, tags: ['t'] }))
    clock.advance(1)
    for (const key of ['a1', 'a2', 'b1', 'b2']) memory.put(key, entry(1, { tags: [`t${key.charAt(1)}`, 't'] }))
    assert.equal(memory.drop('gone'), false)
    assert.equal(memory.drop('a1'), true)
    assert.deepEqual(memory.dropMatching('a*'), ['a2'])
    assert.deepEqual(memory.dropTagged('t2'), ['b2'])
    assert.deepEqual(memory.dropTagged('t'), ['b1'])
    assert.deepEqual(memory.dropTagged('t'), [])
  })

  it('keeps what it is told, and forgets all others', () => {
    const { memory, entry, has, evicted } = made()
    for (const key of ['a', 'b', 'c']) memory.put(key, entry(1))
    memory.keep(new Set(['b', 'unknown']))
    assert.deepEqual(has('a', 'b', 'c'), ['b'])
    assert.deepEqual(evicted, [])
  })

  it('holds nothing of the text that a key was cut from', () => {
    const { memory, entry } = made({ maximum_entries: 2000, maximum_bytes: 1e9 })
    const before = process.memoryUsage().heapUsed
    for (let index = 0; index < 2000; index++) memory.put(`${index}`.padEnd(60_000, 'x').slice(0, 50), entry(index))
    const held = process.memoryUsage().heapUsed - before
    assert.ok(held < 2000 * 30_000, `${held} bytes`)
  })

  describe('where memory is short', () => {
    it('gives back the part that it is told, what has expired first, then the least recently used', () => {
      const { memory, entry, clock, has, evicted } = made()
      memory.put('expired', entry(0, { fresh_ms: 1 }))
      for (const key of ['a', 'b', 'c', 'd']) memory.put(key, entry(key))
      memory.peek('a')
      clock.advance(1)
      assert.equal(memory.shrink(0.5), 3)
      assert.deepEqual(has('a', 'b', 'c', 'd'), ['a', 'd'])
      assert.deepEqual(evicted, ['b', 'c'])
    })

    it('holds no more than was left until it may grow', () => {
      const { memory, entry, held } = made()
      const fill = (): void => {
        for (let index = 0; index < 20; index++) memory.put(`key-${index + 10}`, entry('same'))
      }
      fill()
      memory.shrink(0.5)
      fill()
      assert.equal(held(), 10)
      const bytes = sizeOf('key-10', entry('same'))
      assert.equal(memory.grow(5 * bytes), false)
      fill()
      assert.equal(held(), 15)
      assert.equal(memory.grow(1e6), true)
      fill()
      assert.equal(held(), 20)
    })

    it('gives back everything if it must, and then keeps nothing', () => {
      const { memory, entry, held } = made()
      memory.put('a', entry(1))
      assert.equal(memory.shrink(0.5), 1)
      assert.equal(memory.shrink(0.5), 0)
      memory.put('a', entry(1))
      assert.equal(held(), 0)
      memory.grow(1e6)
      memory.put('a', entry(1))
      assert.equal(held(), 1)
    })
  })
})
