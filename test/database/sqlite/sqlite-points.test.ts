import assert from 'node:assert/strict'
import { join } from 'node:path'
import fc from 'fast-check'
import Libsql from 'libsql'
import { describe, it } from 'mocha'
import { canonicalJson } from '../../../src/database/sqlite/sqlite-points'
import { withFolder } from '../../support/database-samples'

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const value = fc.oneof(number, integer, fc.boolean(), fc.string({ unit: 'grapheme' }))
const fields = fc.dictionary(name, value, { minKeys: 1, maxKeys: 6 })

describe("the JSON of the user's own points", () => {
  it('has sorted names, floats with a point or exponent, and integers without', () => {
    const given = new Map<string, number | bigint | boolean | string>([
      ['whole', 5],
      ['b', true],
      ['count', 9007199254740993n],
      ['a "quoted" name', 'text\n'],
      ['huge', 1e21],
      ['less', -0.5],
    ])
    const expected =
      '{"a \\"quoted\\" name":"text\\n","b":true,"count":9007199254740993,"huge":1e+21,"less":-0.5,"whole":5.0}'
    assert.equal(canonicalJson(given), expected)
  })

  it('is JSON with the same values, and one text whatever the order', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const entries = Object.entries(given)
        const text = canonicalJson(new Map(entries))
        assert.equal(canonicalJson(new Map(entries.reverse())), text)
        const parsed = JSON.parse(text) as Record<string, unknown>
        for (const [key, value] of entries) {
          // A bigint loses digits in JavaScript's own parser alone.
          if (typeof value === 'bigint') assert.equal(parsed[key], Number(value))
          else assert.equal(parsed[key], value === 0 ? 0 : value)
        }
      }),
    )
  })

  it('is told apart by SQLite as integers, reals, texts and truth values', () =>
    withFolder((folder) => {
      const connection = new Libsql(join(folder, 'any.db'))
      const types = connection.prepare('SELECT type FROM json_each(?)').raw()
      fc.assert(
        fc.property(value, (given) => {
          const [row] = types.all([canonicalJson(new Map([['v', given]]))]) as string[][]
          const expected = { bigint: 'integer', number: 'real', string: 'text', boolean: String(given) }
          assert.equal(row?.[0], expected[typeof given as keyof typeof expected])
        }),
      )
      connection.close()
    }))
})
