import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { patientTimeout } from '../../src/domain/patient-timeout'
import { FakeClock } from '../support/fake-clock'

describe('a time in which something is to answer', () => {
  let clock: FakeClock
  let calls: number
  const call = () => void calls++
  beforeEach(() => {
    clock = new FakeClock()
    calls = 0
  })

  it('is over when it is over', () => {
    patientTimeout(clock, call, 100)
    clock.advance(99)
    assert.equal(calls, 0)
    clock.advance(1)
    assert.equal(calls, 1)
    assert.equal(clock.pending, 0)
  })

  for (const [held_ms, more_ms] of [
    [60, 60],
    [5000, 100],
  ] as const) {
    it(`lasts ${more_ms} ms longer where the event loop was held for ${held_ms} ms when it was over`, () => {
      patientTimeout(clock, call, 100)
      clock.hold(100 + held_ms)
      clock.advance(more_ms - 1)
      assert.equal(calls, 0)
      clock.advance(1)
      assert.equal(calls, 1)
    })
  }

  it('lasts longer but once', () => {
    patientTimeout(clock, call, 100)
    clock.hold(200)
    clock.advance(0)
    clock.hold(200)
    clock.advance(0)
    assert.equal(calls, 1)
  })

  it('lasts no longer than it may', () => {
    patientTimeout(clock, call, 10, 50)
    clock.hold(1000)
    clock.advance(49)
    assert.equal(calls, 0)
    clock.advance(1)
    assert.equal(calls, 1)
  })

  it('can be ended before, and where it lasts longer', () => {
    patientTimeout(clock, call, 100)()
    const end = patientTimeout(clock, call, 100)
    clock.hold(200)
    clock.advance(0)
    end()
    end()
    clock.advance(1000)
    assert.deepEqual([calls, clock.pending], [0, 0])
  })
})
