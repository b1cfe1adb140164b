import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { BackOff } from '../../../src/database/sending/back-off'

describe('the pause after a failure', () => {
  it('lies anywhere from one second to a bound that doubles with each failure, up to a minute', () => {
    for (const [chance, expected] of [
      [0, [1, 1, 1, 1, 1, 1, 1, 1]],
      [1, [2, 4, 8, 16, 32, 60, 60, 60]],
    ] as const) {
      const backOff = new BackOff(() => chance)
      assert.deepEqual(
        expected.map(() => backOff.next() / 1000),
        expected,
      )
      backOff.reset()
      assert.equal(backOff.next() / 1000, expected[0])
    }
  })

  it('is what the store asks for and up to a fifth more, within one second and ten minutes', () => {
    const check = (asked_ms: number, chance: number): void => {
      const pause_ms = new BackOff(() => chance).next(asked_ms)
      assert.ok(pause_ms >= Math.min(600_000, Math.max(1000, asked_ms)) && pause_ms <= 600_000)
      assert.ok(pause_ms <= Math.max(1000, asked_ms) * 1.2)
    }
    fc.assert(fc.property(fc.nat({ max: 2 ** 40 }), fc.double({ min: 0, max: 0.999, noNaN: true }), check))
  })
})
