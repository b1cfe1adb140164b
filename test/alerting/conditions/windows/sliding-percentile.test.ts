import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { SlidingPercentile } from '../../../../src/alerting/conditions/windows/sliding-percentile'

/** The least of the values that at least so many percent of them do not exceed. */
function nearestRank(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1] ?? NaN
}

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('percentile of a window', () => {
  it('is that of all samples of the window', () => {
    const step = fc.record({ gap_ms: fc.nat(300), value: fc.double({ noNaN: true, noDefaultInfinity: true }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 0, max: 100 }), (steps, percent) => {
        const window = new SlidingPercentile(1000)
        let seen: { at_ms: number; value: number }[] = []
        let now_ms = -5000
        for (const { gap_ms, value } of steps) {
          now_ms += gap_ms
          window.add(now_ms, value)
          window.expire(now_ms)
          seen = [...seen, { at_ms: now_ms, value }].filter(({ at_ms }) => at_ms + 1000 > now_ms)
          const expected = nearestRank(
            seen.map((sample) => sample.value),
            percent,
          )
          // 0 and -0 are the same to whoever compares them.
          assert.ok(window.percentile(percent) === expected, `${window.percentile(percent)} for ${expected}`)
          assert.equal(window.count, seen.length)
        }
      }),
    )
  })

  it('stays exact up to 4,096 samples', () => {
    const random = seeded()
    const window = new SlidingPercentile(60_000)
    const values = Array.from({ length: 4096 }, () => random() * 1000)
    values.forEach((value, at_ms) => window.add(at_ms, value))
    for (const percent of [0, 1, 50, 95, 99, 100]) {
      assert.equal(window.percentile(percent), nearestRank(values, percent))
    }
  })

  it('is within two percent of the ranks where 100,000 samples come in a window', () => {
    const random = seeded()
    const window = new SlidingPercentile(100_000)
    // Their values are their ranks, in a thousand.
    for (let at_ms = 0; at_ms < 250_000; at_ms++) {
      window.add(at_ms, random() * 1000)
      window.expire(at_ms)
    }
    for (const percent of [5, 50, 95, 99]) {
      assert.ok(Math.abs(window.percentile(percent) - percent * 10) < 20, `${percent}: ${window.percentile(percent)}`)
    }
    assert.ok(window.count > 80_000 && window.count < 120_000, `${window.count}`)
  })

  it('is exact again after a flood', () => {
    const window = new SlidingPercentile(10_000)
    for (let at_ms = 0; at_ms < 50_000; at_ms++) window.add(at_ms, 1)
    const values: number[] = []
    for (let at_ms = 50_000; at_ms < 90_000; at_ms += 100) {
      window.expire(at_ms)
      window.add(at_ms, at_ms)
      values.push(at_ms)
    }
    assert.equal(window.count, 100)
    assert.equal(window.percentile(50), nearestRank(values.slice(-100), 50))
  })
})
