import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { merge } from '../../../src/database/history/merge'

const someTimes = fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 10 }), { maxLength: 5 })

describe('merging ordered sources', () => {
  it('gives the order that sorting all of them would give, in both directions', () => {
    fc.assert(
      fc.property(someTimes, fc.boolean(), (times, isForward) => {
        const sign = isForward ? 1 : -1
        const sources = times.map((source, index) =>
          [...new Set(source)]
            .sort((a, b) => sign * (a - b))
            .map((timestamp) => ({ timestamp, device_id: `d${index}` })),
        )
        const sorted = sources
          .flat()
          .sort((a, b) => sign * (a.timestamp - b.timestamp || (a.device_id < b.device_id ? -1 : 1)))
        const merged = [...merge(sources, isForward ? 'oldest-first' : 'newest-first')].filter(
          (row) => row !== undefined,
        )
        assert.deepEqual(merged, sorted)
      }),
    )
  })

  it('takes from a source no more than one row ahead', () => {
    let taken = 0
    function* endless(): Generator<{ timestamp: number; device_id: string }> {
      for (let timestamp = 0; ; timestamp += 1) {
        taken += 1
        yield { timestamp, device_id: 'd' }
      }
    }
    const rows = merge([endless()], 'oldest-first')
    rows.next()
    for (let count = 0; count < 3; count += 1) rows.next()
    assert.equal(taken, 3)
  })
})
