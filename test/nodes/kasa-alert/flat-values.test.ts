import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { flatValues } from '../../../nodes/kasa-alert/flat-values'

describe('Flat values', () => {
  it('name what lies deeper with dots', () => {
    assert.deepEqual(flatValues({ a: 1, b: { c: true, d: { e: 'x' } } }), { a: 1, 'b.c': true, 'b.d.e': 'x' })
  })

  it('leave out what is too deep, too long or no value', () => {
    const deep = { a: { b: { c: { d: 1, e: { f: 2 } } } } }
    assert.deepEqual(flatValues({ deep, long: 'x'.repeat(1000), none: null, wrong: NaN }), {})
    assert.deepEqual(flatValues({ a: { b: { c: { d: 1 } } } }), { 'a.b.c.d': 1 })
  })

  it('are at most 200, however large the object', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, index]))
    assert.equal(Object.keys(flatValues({ many })).length, 200)
  })

  it('come of any object without a fault, and change no prototype', () => {
    fc.assert(
      fc.property(fc.object({ withNullPrototype: true }), (given) => {
        for (const value of Object.values(flatValues(given as Record<string, unknown>))) {
          assert.ok(['number', 'boolean', 'string'].includes(typeof value))
        }
      }),
    )
    flatValues(JSON.parse('{ "__proto__": { "polluted": 1 } }') as Record<string, unknown>)
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })
})
