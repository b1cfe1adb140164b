import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { encodingFor, typeFor } from '../../../src/serving/answers/negotiation'

describe('What a client accepts', () => {
  for (const [header, encoding] of [
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['identity', 'identity'],
    ['deflate', 'identity'],
    ['*', 'br'],
    ['GZIP', 'gzip'],
    ['gzip ; q=0.2', 'gzip'],
    ['gzip;q=nonsense', 'identity'],
  ] as const) {
    it(`is sent as ${encoding} where it says ${header ?? 'nothing'}`, () => assert.equal(encodingFor(header), encoding))
  }

  const offered = ['application/json', 'application/x-ndjson', 'text/csv']
  for (const [header, index] of [
    [undefined, 0],
    ['*/*', 0],
    ['text/csv', 2],
    ['TEXT/CSV; charset=utf-8', 2],
    ['application/*', 0],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 0],
    ['application/json;q=0.5, text/csv', 2],
    ['application/json;q=0, */*', 1],
    ['text/html', undefined],
    ['', undefined],
  ] as const) {
    it(`has ${index === undefined ? 'no form' : offered[index]} where it says ${header ?? 'nothing'}`, () => {
      assert.equal(typeFor(header, offered), index)
    })
  }

  it('is something, whatever the headers say', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (header) => {
        assert.ok(['br', 'gzip', 'identity'].includes(encodingFor(header)))
        const index = typeFor(header, offered)
        assert.ok(index === undefined || (index >= 0 && index < offered.length))
      }),
      { numRuns: 300 },
    )
  })
})
