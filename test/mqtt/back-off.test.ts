import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { BackOff } from '../../src/mqtt/back-off'

describe('the pauses between attempts', () => {
  it('double from a second to a minute, and begin anew after success', () => {
    const backOff = new BackOff(() => 0)
    const pauses = () => Array.from({ length: 8 }, () => backOff.next() / 1000)
    const expected = [1, 2, 4, 8, 16, 32, 60, 60]
    assert.deepEqual(pauses(), expected)
    backOff.reset()
    assert.deepEqual(pauses(), expected)
  })

  it('are spread, and never shorter or longer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 100 }),
        (chances) => {
          let at = 0
          const backOff = new BackOff(() => chances[at++] ?? 0)
          for (const _chance of chances) {
            const pause_ms = backOff.next()
            assert.ok(pause_ms >= 1000 && pause_ms <= 60_000)
          }
        },
      ),
    )
  })
})
