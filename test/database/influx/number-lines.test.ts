import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { numberLines } from '../../../src/database/influx/number-lines'
import { decodeLines } from '../../../src/database/line-protocol/line-decoder'
import { isLine } from '../../../src/database/line-protocol/line'
import { LineEncoder } from '../../../src/database/line-protocol/line-encoder'
import { aReading } from '../../support/database-samples'

const numbersOf = (text: string) => numberLines(Buffer.from(text)).text.toString()

describe('Lines for a server that keeps numbers alone', () => {
  it('lose their texts, wherever those stand, and nothing else', () => {
    assert.equal(numbersOf('m,t=a a="x",b=1,c="y",d=true,e="z" 5\n'), 'm,t=a b=1,d=true 5\n')
    assert.equal(numbersOf('m a=1 5\nm b="q",a=2i 6\n'), 'm a=1 5\nm a=2i 6\n')
    assert.equal(numbersOf('m a=1,b="x"\n'), 'm a=1\n')
  })

  it('keep quotes, commas, spaces and equals signs in names and tags, and lose those in texts', () => {
    const line = 'm\\ "1,t\\=\\,=\\ "x a\\ b="1, c=\\"2 3\\\\",d="",e\\=f=4 7\n'
    assert.equal(numbersOf(line), 'm\\ "1,t\\=\\,=\\ "x e\\=f=4 7\n')
  })

  it('are left out and told where they hold texts alone; the others keep their numbers', () => {
    const { text, bad, numbers } = numberLines(Buffer.from('m a="x" 1\nm a=1 2\nm a="x",b="y"\nm a=2 3\n'))
    assert.equal(text.toString(), 'm a=1 2\nm a=2 3\n')
    assert.deepEqual(
      bad.map(({ index }) => index),
      [0, 2],
    )
    assert.deepEqual(numbers, [1, 3])
  })

  it('of a reading are its numbers and truth values', () => {
    const line = new LineEncoder().reading(aReading({ on: true, power_w: 12.5, alias: 'a "b", c=\\' }))
    const [decoded] = decodeLines(numberLines(Buffer.from(line)).text)
    assert.ok(decoded && isLine(decoded))
    assert.deepEqual(Object.fromEntries(decoded.fields), { on: true, power_w: 12.5 })
    assert.equal(decoded.timestamp, aReading().timestamp)
  })

  it('of any readings and points hold all numbers, and no text', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.string(),
      fc.bigInt(-9n, 9n),
    )
    const point = fc.record({
      measurement: fc.string({ minLength: 1 }),
      tags: fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), { maxKeys: 3 }),
      fields: fc.dictionary(fc.string({ minLength: 1 }), value, { minKeys: 1, maxKeys: 5 }),
      timestamp: fc.constant(1_767_571_200_000),
    })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 4 }), (points) => {
        const given = points.map((each) => new LineEncoder().point(each)).join('')
        const expected = decodeLines(given).map((line) =>
          isLine(line) ? [...line.fields].filter(([, field]) => typeof field !== 'string') : [],
        )
        const { text, bad } = numberLines(Buffer.from(given))
        const kept = decodeLines(text).map((line) => (isLine(line) ? [...line.fields] : undefined))
        assert.deepEqual(
          kept,
          expected.filter((fields) => fields.length > 0),
        )
        assert.equal(bad.length, expected.filter((fields) => fields.length === 0).length)
      }),
    )
  })

  it('of any bytes never grow, and never fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.ok(numberLines(Buffer.from(bytes)).text.length <= bytes.length + 1)
      }),
    )
    const pieces = fc.constantFrom('m', ' ', ',', '=', '"', '\\', '\n', '1', 'a')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => void numberLines(Buffer.from(parts.join('')))),
    )
  })
})
