import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { systemClock } from '../../src/domain/clock'
import { within } from '../../src/domain/within'
import { FakeClock } from '../support/fake-clock'
import { holdLoop } from '../support/hold-loop'

describe('work that is not waited for long', () => {
  let clock: FakeClock
  beforeEach(() => (clock = new FakeClock()))

  it('has come to an end where it did, and where it failed, and leaves no timer', async () => {
    assert.equal(await within(clock, 500, Promise.resolve()), true)
    assert.equal(await within(clock, 500, Promise.reject(new Error('it failed'))), true)
    assert.equal(clock.pending, 0)
  })

  it('has not where it takes longer', async () => {
    const ended = within(clock, 500, new Promise(() => undefined))
    clock.advance(500)
    assert.equal(await ended, false)
    assert.equal(clock.pending, 0)
  })

  it('has come to an end in time where it does before the event loop looks at it', async () => {
    let end: (value: number) => void = () => undefined
    const ended = within(clock, 500, new Promise<number>((resolve) => (end = resolve)))
    clock.advance(500)
    end(1)
    assert.equal(await ended, true)
  })

  it('has come to an end in time where the event loop was held and could not see it', async () => {
    const immediate = () => new Promise((resolve) => setImmediate(resolve))
    // From here on, timers come before the next one.
    await immediate()
    const ended = within(systemClock, 50, immediate())
    holdLoop(100)
    assert.equal(await ended, true)
  })
})
