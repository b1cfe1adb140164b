import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { CircuitBreaker } from '../../src/polling/circuit-breaker'
import { BACK_OFF, backOff } from '../../src/polling/retry'

describe('backOff', () => {
  it('stays between 1 s and 300 s, and its ceiling doubles with each failure', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, part) => {
          const pause_ms = backOff(failures, () => part)
          assert.ok(pause_ms >= BACK_OFF.minimum_ms && pause_ms <= BACK_OFF.maximum_ms)
        },
      ),
    )
    assert.deepEqual(
      [1, 2, 3, 20].map((failures) => backOff(failures, () => 1)),
      [2000, 4000, 8000, 300_000],
    )
    assert.equal(
      backOff(20, () => 0),
      1000,
    )
  })
})

describe('CircuitBreaker', () => {
  it('opens after so many failures in a row, lets one probe out after the pause, and closes on its success', () => {
    const breaker = new CircuitBreaker(3, () => 1)
    for (let failure = 0; failure < 2; failure++) breaker.failed(0)
    assert.equal(breaker.allows(0), true)
    const pause_ms = breaker.failed(0)
    assert.equal(breaker.state, 'open')
    assert.equal(breaker.allows(pause_ms - 1), false)
    assert.equal(breaker.allows(pause_ms), true)
    assert.equal(breaker.allows(pause_ms), false)
    assert.ok(breaker.failed(pause_ms) > pause_ms)
    assert.equal(breaker.allows(pause_ms + 1), false)
    breaker.succeeded()
    assert.equal(breaker.allows(pause_ms + 1), true)
    assert.equal(breaker.failures, 0)
  })

  it('forgets failures that were not in a row', () => {
    const breaker = new CircuitBreaker(2, () => 1)
    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(0)
    assert.equal(breaker.state, 'closed')
  })
})
