import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { assertJson } from '../../../nodes/kasa-cache/json-value'

const refusal = (value: unknown, message: RegExp) =>
  assert.throws(() => assertJson('payload', value), { code: 'INPUT_INVALID', message })

describe('What the cache takes as a value', () => {
  it('is whatever JSON can hold', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assertJson('payload', value)))
  })

  it('comes back as it was, or is refused', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withTypedArray: true, withBigInt: true, withMap: true }), (value) => {
        try {
          assertJson('payload', value)
        } catch {
          return
        }
        assert.deepEqual(JSON.parse(JSON.stringify(value)), plain(value))
      }),
    )
  })

  it('may come from a Function node, which has classes of its own', () => {
    assertJson('payload', runInNewContext('({ list: [1, { deep: true }], nothing: null })'))
    refusal(runInNewContext('({ when: new Date(0) })'), /^payload\.when: a value of type Date /)
  })

  it('may have properties that are undefined, which are left out', () => {
    assertJson('payload', { here: 1, gone: undefined })
  })

  it('may hold one thing in two places', () => {
    const shared = { a: 1 }
    assertJson('payload', { left: shared, right: shared })
  })

  it('is no buffer: the error says what to choose instead', () => {
    refusal(Buffer.from('page'), /^payload: a value of type Buffer .* "a UTF-8 string" or "a parsed JSON object"/)
    refusal({ body: [Buffer.alloc(1)] }, /^payload\.body\.0: a value of type Buffer /)
    refusal(new Uint8Array(1), /^payload: a value of type Uint8Array /)
  })

  const others: [string, unknown, RegExp][] = [
    ['a date', { read: { at: new Date(0) } }, /^payload\.read\.at: a value of type Date .* milliseconds or text$/],
    ['NaN', { power_w: NaN }, /^payload\.power_w: a value of type number .* neither NaN nor Infinity$/],
    ['Infinity', [0, -Infinity], /^payload\.1: a value of type number /],
    ['a function', { run: () => 1 }, /^payload\.run: a value of type function /],
    ['a bigint', 1n, /^payload: a value of type bigint /],
    ['a map', new Map(), /^payload: a value of type Map /],
    ['an error', new Error('no'), /^payload: a value of type Error /],
    ['an instance of a class', new (class Plug {})(), /^payload: a value of type instance of a class /],
    ['nothing', undefined, /^payload: a value of type undefined /],
    ['a hole in a list', [1, undefined], /^payload\.1: a value of type undefined /],
  ]
  for (const [title, value, message] of others) it(`is not ${title}`, () => refusal(value, message))
})

/** Without what is absent anyway. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(entries.map(([key, part]) => [key, plain(part)]))
}
