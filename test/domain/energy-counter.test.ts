import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { usedBetween } from '../../src/domain/energy-counter'

const HOUR_MS = 3_600_000
const SECOND_MS = 1000

function near(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)
}

describe('what was used between two looks at a counter', () => {
  it('is how much it has risen', () => {
    near(usedBetween(7.5, 8.25, HOUR_MS), 0.75)
    assert.equal(usedBetween(7.5, 7.5, SECOND_MS), 0)
  })

  it('is what it shows where it has begun anew', () => {
    assert.equal(usedBetween(123, 0.4, HOUR_MS), 0.4)
    assert.equal(usedBetween(123, 0, SECOND_MS), 0)
  })

  it('is unknown where it shows what nothing can have used in that time', () => {
    assert.equal(usedBetween(123, 0.4, SECOND_MS), undefined)
    assert.equal(usedBetween(3, 123, HOUR_MS), undefined)
    assert.equal(usedBetween(123, 119, HOUR_MS), undefined)
  })

  it('is a step of a meter that shows whole kilowatt-hours, whenever that comes', () => {
    assert.equal(usedBetween(7, 8, SECOND_MS), 1)
  })

  it('sums up to the truth where a counter wanders back and forth within its noise', () => {
    const wandering = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), wandering, (start_kwh, steps) => {
        let shown_kwh = start_kwh
        let used_kwh = 0
        for (const step of steps) {
          const next_kwh = shown_kwh + step / 1001
          used_kwh += usedBetween(shown_kwh, next_kwh, SECOND_MS) ?? Number.NaN
          shown_kwh = next_kwh
        }
        near(used_kwh, shown_kwh - start_kwh)
      }),
    )
  })

  it('is never more than can be used, and a step', () => {
    const level = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(level, level, fc.integer({ min: 0, max: 48 * HOUR_MS }), (before_kwh, after_kwh, elapsed_ms) => {
        const used_kwh = usedBetween(before_kwh, after_kwh, elapsed_ms) ?? 0
        assert.ok(used_kwh <= (6 * elapsed_ms) / HOUR_MS + 1 && used_kwh >= -0.01)
      }),
    )
  })
})
