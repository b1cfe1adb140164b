import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { systemClock } from '../../../src/domain/clock'
import { MonitorError } from '../../../src/domain/errors'
import { Lookups } from '../../../src/serving/routing/lookups'
import { valuesOf } from '../../../src/serving/routing/query'
import { route } from '../../../src/serving/routing/route'

const line = route({
  ...{ method: 'GET', path: '/rows/{name}', id: 'rows', tag: 'test', summary: 'test', right: 'read', answers: {} },
  parameters: {
    name: { in: 'path', description: 'name', schema: { type: 'string', maxLength: 20 } },
    limit: { in: 'query', description: 'rows', schema: { type: 'integer', minimum: 1, maximum: 100, default: 10 } },
    from_w: { in: 'query', description: 'watts', schema: { type: 'number', minimum: -5, maximum: 5 } },
    on: { in: 'query', description: 'on', schema: { type: 'boolean' } },
    order: { in: 'query', description: 'order', schema: { type: 'string', enum: ['up', 'down'] } },
    fields: {
      in: 'query',
      description: 'fields',
      schema: { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] }, maxItems: 3, uniqueItems: true },
    },
    at: { in: 'query', description: 'moment', required: true, schema: { type: 'string', minLength: 1 } },
  },
  answer: () => ({ json: {} }),
})

const values = (query: string) => valuesOf(line, new Map([['name', 'x']]), query)
const refused = (query: string, field: string, range: RegExp) =>
  assert.throws(
    () => values(query),
    (error) => {
      assert.ok(error instanceof MonitorError, String(error))
      assert.deepEqual([error.code, error.details.field], ['INPUT_INVALID', field], error.message)
      assert.match(error.message, range)
      return true
    },
  )

describe('The query of a request', () => {
  it('has the types of its schema, and defaults', () => {
    assert.deepEqual(values('at=now'), { name: 'x', at: 'now', limit: 10 })
    assert.deepEqual(values('at=-1h&limit=5&from_w=-1.5&on=false&order=up&fields=b,a'), {
      ...{ name: 'x', at: '-1h', limit: 5, from_w: -1.5, on: false, order: 'up', fields: ['b', 'a'] },
    })
    assert.deepEqual(values('at=a%20b+c&fields=a&fields=b,c').fields, ['a', 'b', 'c'])
  })

  for (const [query, field, range] of [
    ['at=1&limit=0', 'limit', /a whole number from 1 to 100/],
    ['at=1&fields=a,b&fields=a', 'fields', /none of them twice/],
    ['at=1&limit=101', 'limit', /a whole number from 1 to 100/],
    ['at=1&limit=', 'limit', /a whole number/],
    ['at=1&limit=1e2', 'limit', /"1e2" is not allowed/],
    ['at=1&limit=5.5', 'limit', /a whole number/],
    ['at=1&limit=+5', 'limit', /a whole number/],
    ['at=1&limit=0x5', 'limit', /a whole number/],
    ['at=1&limit=1&limit=2', 'limit', /one value/],
    ['at=1&from_w=NaN', 'from_w', /a number from -5 to 5/],
    ['at=1&from_w=Infinity', 'from_w', /a number from -5 to 5/],
    ['at=1&on=yes', 'on', /true or false/],
    ['at=1&on=', 'on', /true or false/],
    ['at=1&order=UP', 'order', /one of up, down/],
    ['at=1&fields=a,d', 'fields', /a, b, c/],
    ['at=1&fields=', 'fields', /a, b, c/],
    ['at=', 'at', /1 to/],
    ['', 'at', /1 to/],
    ['at=1&colour=red', 'query', /"colour" is not allowed; expected only the parameters limit, from_w/],
    ['at=1&name=y', 'query', /"name" is not allowed/],
    ['at=1&__proto__=y', 'query', /"__proto__" is not allowed/],
    ['at=1&constructor=y', 'query', /is not allowed/],
  ] as const) {
    it(`is refused where it is '${query}', naming ${field}`, () => refused(query, field, range))
  }

  it('is taken or refused for a reason, whatever stands in it', () => {
    const name = fc.oneof(
      fc.constantFrom('at', 'limit', 'fields', 'on', 'order', 'from_w'),
      fc.string({ maxLength: 8 }),
    )
    const text = fc.oneof(fc.string({ maxLength: 12 }), fc.double().map(String), fc.integer().map(String))
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 6 }), fc.boolean(), (pairs, isEncoded) => {
        const query = isEncoded ? new URLSearchParams(pairs).toString() : pairs.map((pair) => pair.join('=')).join('&')
        try {
          const { limit, fields, on, from_w } = values(query)
          assert.ok(typeof limit === 'number' && limit >= 1 && limit <= 100)
          assert.ok(fields === undefined || Array.isArray(fields))
          assert.ok(on === undefined || typeof on === 'boolean')
          assert.ok(from_w === undefined || typeof from_w === 'number')
        } catch (error) {
          assert.ok(error instanceof MonitorError, String(error))
          assert.equal(error.code, 'INPUT_INVALID')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is the same question in any order, and another where any value differs', () => {
    const lookups = new Lookups([line], { identity: 'i', instance: 'p' }, systemClock)
    const keyOf = (query: string) => {
      const outcome = lookups.find('GET', `/rows/x?${query}`)
      assert.ok(outcome && 'found' in outcome)
      return outcome.found.keys.json
    }
    const pairs = fc.record(
      {
        limit: fc.integer({ min: 1, max: 100 }).map(String),
        on: fc.boolean().map(String),
        order: fc.constantFrom('up', 'down'),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(pairs, pairs, (one, other) => {
        const forwards = new URLSearchParams({ at: 'now', ...one }).toString()
        const backwards = new URLSearchParams(Object.entries({ at: 'now', ...one }).reverse()).toString()
        assert.equal(keyOf(forwards), keyOf(backwards))
        const isSame = ['limit', 'on', 'order'].every((key) => {
          const valueIn = (given: Readonly<Record<string, string | undefined>>) =>
            given[key] ?? (key === 'limit' ? '10' : undefined)
          return valueIn(one) === valueIn(other)
        })
        assert.equal(keyOf(forwards) === keyOf(new URLSearchParams({ at: 'now', ...other }).toString()), isSame)
      }),
      { numRuns: 200 },
    )
  })
})
