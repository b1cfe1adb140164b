import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CounterGuard } from '../../../src/homeassistant/state/counter-guard'

function shown(...values: readonly number[]): number[] {
  const guard = new CounterGuard()
  return values.map((kwh) => guard.take(kwh))
}

describe("a device's own counter, as Home Assistant sees it", () => {
  it('holds a small dip until the counter has come up again', () => {
    assert.deepEqual(shown(12.068, 12.05, 12.061, 12.07), [12.068, 12.068, 12.068, 12.07])
  })

  it('begins anew at midnight, as soon as two readings agree', () => {
    assert.deepEqual(shown(1.2, 0, 0, 0.001), [1.2, 1.2, 0, 0.001])
    assert.deepEqual(shown(1.2, 0.001, 0.003, 0.004), [1.2, 1.2, 0.003, 0.004])
  })

  it('never shows a single false value', () => {
    assert.deepEqual(shown(200, 0, 200.1, 0, 200.2), [200, 200, 200.1, 200.1, 200.2])
  })

  it('is never anything that Home Assistant takes for energy that flowed back', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true })), (values) => {
        let last = 0
        for (const kwh of shown(...values)) {
          assert.ok(kwh >= last || kwh < last * 0.9, `${last} -> ${kwh}`)
          last = kwh
        }
      }),
    )
  })
})
