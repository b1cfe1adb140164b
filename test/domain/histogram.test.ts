import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { countWithin, Histogram, octaveEnd, percentileOf } from '../../src/domain/histogram'

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

  it('tells what came between two moments', () => {
    const histogram = new Histogram()
    for (let slow = 0; slow < 10; slow++) histogram.add(1000)
    const before = histogram.snapshot()
    histogram.add(5)
    const now = histogram.snapshot()
    assert.equal(before.count, 10)
    assert.deepEqual([now.count, now.sum_ms, now.maximum_ms], [11, 10_005, 1000])
    assert.ok((percentileOf(now, 0.5) ?? 0) >= 1000)
    assert.ok((percentileOf(now, 0.99, before) ?? 0) < 6)
    assert.equal(percentileOf(before, 0.5, before), undefined)
  })

  it('counts what lasted no longer than an octave, to the end of it', () => {
    const durations = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { maxLength: 100 })
    fc.assert(
      fc.property(durations, fc.integer({ min: 0, max: 20 }), (given, octave) => {
        const histogram = new Histogram()
        for (const duration_ms of given) histogram.add(duration_ms)
        // What lies on the edge may count on either side of it.
        const [below, above] = [octaveEnd(octave) * (1 - 1e-9), octaveEnd(octave) * (1 + 1e-9)]
        const counted = countWithin(histogram.snapshot(), octave)
        assert.ok(counted >= given.filter((duration_ms) => duration_ms <= below).length)
        assert.ok(counted <= given.filter((duration_ms) => duration_ms <= above).length)
      }),
    )
  })
})
