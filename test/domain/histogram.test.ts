import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Histogram } from '../../src/domain/histogram'

describe('Histogram', () => {
  it('tells percentiles within 19 % of the truth, and never more than the maximum', () => {
    const durations = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (given, part) => {
        const histogram = new Histogram()
        for (const duration_ms of given) histogram.add(duration_ms)
        const sorted = [...given].sort((a, b) => a - b)
        const exact = sorted[Math.max(0, Math.ceil(part * sorted.length - 1e-9) - 1)] as number
        const told = histogram.percentile(part) as number
        assert.ok(told >= exact * (1 - 1e-9) && told <= exact * 1.19, `${told} instead of ${exact}`)
        assert.equal(histogram.maximum_ms, sorted.at(-1))
      }),
    )
  })

  it('knows nothing before the first duration, and takes any', () => {
    const histogram = new Histogram()
    assert.equal(histogram.percentile(0.5), undefined)
    assert.equal(histogram.maximum_ms, undefined)
    for (const duration_ms of [0, -1, 1e12]) histogram.add(duration_ms)
    assert.equal(histogram.maximum_ms, 1e12)
  })
})
