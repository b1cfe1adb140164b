import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CacheEntry, jsonOf } from '../../../src/cache/cache-entry'
import { CACHE_KINDS } from '../../../src/cache/cache-options'
import { decodeEntry, encodeEntry } from '../../../src/cache/redis/entry-codec'
import { RETRY_BY_CODE, type ErrorCode } from '../../../src/domain/errors'
import { anyJson, anyName } from '../../contract/cache/any-json'
import { aReading } from '../../support/database-samples'

const FRESH_MS = 60_000
const NOW_MS = 1_000_000

const entryOf = (value: unknown, fields: Partial<CacheEntry> = {}): CacheEntry =>
  new CacheEntry(
    { kind: 'flow', tags: [], stored_ms: NOW_MS, fresh_ms: FRESH_MS, stale_ms: 0, ...fields },
    jsonOf(value),
  )
const decode = (text: string, key = 'key', left_ms = FRESH_MS): CacheEntry | undefined =>
  decodeEntry(key, text, left_ms, NOW_MS)
const text = encodeEntry('key', entryOf({ a: 1 }))
/** The envelope with something else in it. */
const changed = (changes: object): string => JSON.stringify({ ...(JSON.parse(text) as object), ...changes })

const codes = Object.keys(RETRY_BY_CODE) as ErrorCode[]
const failures = fc.record(
  { code: fc.constantFrom(...codes), message: fc.string({ unit: 'binary' }) },
  { noNullPrototype: true },
)
const durations = fc.double({ min: 0, max: 1e9, noNaN: true })

describe('an entry of the cache as text', () => {
  it('comes back as it was, with its age', () => {
    const fields = fc.record(
      {
        kind: fc.constantFrom(...CACHE_KINDS.filter((kind) => kind !== 'live')),
        tags: fc.array(anyName),
        fresh_ms: durations,
        stale_ms: durations,
      },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(
        anyName,
        anyJson,
        fields,
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (key, value, given, part) => {
          const entry = entryOf(value, given)
          const left_ms = Math.max(1, Math.floor((given.fresh_ms + given.stale_ms) * part))
          const found = decodeEntry(key, encodeEntry(key, entry), left_ms, NOW_MS)
          assert.ok(found)
          const { kind, tags, fresh_ms, stale_ms } = found
          assert.deepEqual({ kind, tags, fresh_ms, stale_ms }, given)
          assert.deepEqual(found.value, entry.value)
          assert.ok(Math.abs(found.ends_ms - (NOW_MS + left_ms)) <= 2)
        },
      ),
    )
  })

  it('comes back as the failure it was', () => {
    fc.assert(
      fc.property(failures, (failure) => {
        assert.deepEqual(decode(encodeEntry('key', entryOf(null, { failure })))?.failure, failure)
      }),
    )
  })

  it('is an entry or none, whatever bytes it is made of', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all).toString('utf8'))
    const texts = fc.oneof(bytes, fc.json(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(texts, fc.integer(), (given, left_ms) => assert.equal(decode(given, 'key', left_ms), undefined)),
    )
  })

  it('is an entry or none, wherever a byte of it is damaged', () => {
    const bytes = Buffer.from(text)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(bytes)
        damaged[at] = byte
        const found = decode(damaged.toString('utf8'))
        assert.doesNotThrow(() => found?.value)
      }),
    )
    for (let length = 0; length < text.length; length++) assert.equal(decode(text.slice(0, length)), undefined)
  })

  const NONE: Readonly<Record<string, string>> = {
    'another version': changed({ v: 2 }),
    'no version': changed({ v: undefined }),
    'another key': encodeEntry('other', entryOf(1)),
    'an unknown kind': changed({ kind: 'history ' }),
    'a live value that is no reading': changed({ kind: 'live', value: { power_w: 1 } }),
    'a live reading with more than it may have': changed({ kind: 'live', value: { ...aReading({}), extra: 1 } }),
    'a duration below zero': changed({ stale_ms: -1 }),
    'a duration that is none': changed({ fresh_ms: '60000' }),
    'a tag that is none': changed({ tags: [1] }),
    'a value beside a failure': changed({ failure: { code: 'CLOSED', message: '' } }),
    'a failure of an unknown code': changed({ value: null, failure: { code: 'CONSTRUCTOR', message: '' } }),
    'no value': changed({ value: undefined }),
    'another field': changed({ extra: 1 }),
    'a prototype': text.replace('{', '{"__proto__":{"v":1},'),
    'a nesting deeper than the stack': text.replace('{"a":1}', '['.repeat(200_000) + ']'.repeat(200_000)),
    'no object': '[]',
  }
  for (const [what, given] of Object.entries(NONE)) {
    it(`is none with ${what}`, () => {
      assert.ok(decode(text))
      assert.equal(decode(given), undefined)
    })
  }

  it('is none where it lives for ever, or longer than was given to it', () => {
    for (const left_ms of [-1, 0, FRESH_MS + 10, Number.NaN]) assert.equal(decode(text, 'key', left_ms), undefined)
  })

  it('keeps a key of a prototype as a key', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as object
    const found = decode(encodeEntry('key', entryOf(value)))
    assert.equal(found?.text, '{"__proto__":{"polluted":true}}')
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  })
})
