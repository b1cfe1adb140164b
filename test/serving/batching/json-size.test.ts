import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { jsonSize } from '../../../src/serving/batching/json-size'

/** Characters that JSON leaves as they are. */
const text = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ' ', 'ä', '€', '😀') })
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: false }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6 }),
  ),
})).value

describe('The estimated size as JSON', () => {
  it('is exact where nothing is escaped', () => {
    fc.assert(
      fc.property(json, (value) => {
        // In a list, as payloads are: alone, undefined makes no JSON.
        assert.equal(jsonSize([value], Infinity), Buffer.byteLength(JSON.stringify([value])))
      }),
    )
  })

  it('is above the limit exactly where the size is', () => {
    fc.assert(
      fc.property(json, fc.nat(200), (value, limit) => {
        const size = Buffer.byteLength(JSON.stringify([value]))
        assert.equal(jsonSize([value], limit) > limit, size > limit)
      }),
    )
  })

  it('of a buffer is near that of its numbers', () => {
    const buffer = Buffer.alloc(1000, 200)
    const size = JSON.stringify(buffer).length
    assert.ok(Math.abs(jsonSize(buffer, Infinity) - size) < size / 10)
  })

  it('of a date and of big numbers is estimated', () => {
    assert.equal(jsonSize(new Date(), Infinity), JSON.stringify(new Date()).length)
    assert.ok(jsonSize(10n ** 15n, Infinity) > 10)
  })

  it('of what leads back to itself is above any limit, soon', () => {
    const circle: unknown[] = []
    for (let index = 0; index < 100; index++) circle.push(circle)
    assert.ok(jsonSize(circle, 1_000_000) > 1_000_000)
  })
})
