import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { CacheEntry, jsonOf } from '../../src/cache/cache-entry'

describe('an entry of the cache', () => {
  const times = { stored_ms: 1000, fresh_ms: 50, stale_ms: 20 }

  it('is fresh until its time is over, and ends after its stale time', () => {
    const entry = new CacheEntry({ kind: 'flow', tags: [], ...times }, '1')
    assert.deepEqual([entry.isFresh(1049.9), entry.isFresh(1050), entry.ends_ms], [true, false, 1070])
  })

  it('gives one value to all who ask', () => {
    const entry = new CacheEntry({ kind: 'flow', tags: [], ...times }, '{"a":[1]}')
    assert.deepEqual(entry.value, { a: [1] })
    assert.equal(entry.value, entry.value)
    assert.equal(new CacheEntry({ kind: 'flow', tags: [], ...times }, 'null').value, null)
  })
})

describe('a value for the cache', () => {
  it('is kept as JSON', () => {
    assert.equal(jsonOf({ b: -0, a: [undefined, '\ud800'] }), '{"b":0,"a":[null,"\\ud800"]}')
  })

  it('is refused where JSON cannot hold it', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    const throwing = {
      toJSON() {
        throw new Error('no')
      },
    }
    for (const value of [undefined, () => 1, Symbol('s'), 5n, circle, throwing]) {
      assert.throws(() => jsonOf(value), { code: 'INPUT_INVALID' })
    }
  })
})
