import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Budget } from '../../src/polling/budget'

const intervals = fc.array(fc.integer({ min: 100, max: 600_000 }), { minLength: 1, maxLength: 60 })
const perMinute = fc.integer({ min: 1, max: 20_000 })

function planned(polls_per_minute: number, wanted: readonly number[]): Budget {
  const budget = new Budget(polls_per_minute, 0)
  for (const interval_ms of wanted) budget.add(interval_ms)
  budget.wait(1000)
  return budget
}

const demand = (each_ms: readonly number[]) => each_ms.reduce((sum, ms) => sum + 60_000 / ms, 0)

describe('Budget', () => {
  it('leaves intervals alone that keep within it', () => {
    const budget = planned(100, [1000, 60_000])
    assert.equal(budget.stretch(1000), 1000)
    assert.equal(budget.stretch(60_000), 60_000)
  })

  it('stretches the idle first: never shorter, never out of order, the longer by the larger factor', () => {
    fc.assert(
      fc.property(perMinute, intervals, (polls_per_minute, wanted) => {
        const budget = planned(polls_per_minute, wanted)
        const sorted = [...wanted].sort((a, b) => a - b)
        let last = { interval_ms: 0, factor: 1 }
        for (const interval_ms of sorted) {
          const stretched_ms = budget.stretch(interval_ms)
          assert.ok(stretched_ms >= interval_ms)
          assert.ok(stretched_ms >= last.interval_ms)
          const factor = stretched_ms / interval_ms
          if (stretched_ms < 3_600_000) assert.ok(factor >= last.factor * (1 - 1e-9))
          last = { interval_ms: stretched_ms, factor }
        }
      }),
    )
  })

  it('stretches by no more than is needed, and far enough, unless an hour for everybody is not enough', () => {
    fc.assert(
      fc.property(perMinute, intervals, (polls_per_minute, wanted) => {
        const budget = planned(polls_per_minute, wanted)
        const stretched = wanted.map((interval_ms) => budget.stretch(interval_ms))
        if (stretched.every((ms) => ms >= 3_600_000)) return
        assert.ok(demand(stretched) <= polls_per_minute * 1.01)
        if (demand(wanted) > polls_per_minute) assert.ok(demand(stretched) >= polls_per_minute * 0.88)
      }),
    )
  })

  it('leaves no device without a poll for more than an hour', () => {
    const budget = planned(1, [...Array.from({ length: 50 }, () => 1000), 600_000])
    assert.ok(budget.stretch(600_000) <= 3_600_000)
  })

  it('never gives more polls than it has, however they are asked for', () => {
    const step = fc.record({ pause_ms: fc.nat(20_000), polls: fc.nat(200), urgent: fc.boolean() })
    fc.assert(
      fc.property(perMinute, fc.array(step, { maxLength: 50 }), (polls_per_minute, steps) => {
        const budget = new Budget(polls_per_minute, 0)
        const burst = Math.max(1, polls_per_minute / 6)
        let now_ms = 0
        let given = 0
        for (const { pause_ms, polls, urgent } of steps) {
          now_ms += pause_ms
          for (let poll = 0; poll < polls; poll++) if (budget.take(now_ms, urgent)) given++
          // The burst that was saved up, and the debt that urgent ones may run into.
          assert.ok(given <= (now_ms / 60_000) * polls_per_minute + 2 * burst + 1e-6)
        }
      }),
    )
  })

  it('gives a poll after the wait that it names', () => {
    const budget = new Budget(30, 0)
    while (budget.take(0, false));
    const wait_ms = budget.wait(0)
    assert.equal(wait_ms, 2000)
    assert.equal(budget.take(1999, false), false)
    assert.equal(budget.take(2000, false), true)
  })

  it('goes back to the intervals that are wanted when others want less', () => {
    const budget = planned(60, [1000, 1000])
    assert.ok(budget.stretch(1000) > 1900)
    budget.move(1000, 60_000)
    budget.remove(1000)
    budget.wait(3000)
    assert.equal(budget.stretch(60_000), 60_000)
  })
})
