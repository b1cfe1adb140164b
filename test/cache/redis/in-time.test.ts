import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { inTime } from '../../../src/cache/redis/in-time'
import { FakeClock } from '../../support/fake-clock'

const LIMIT_MS = 4
const late = () => new Error('late')
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('waiting for Redis', () => {
  it('ends with the answer, and leaves no timer', async () => {
    const clock = new FakeClock()
    assert.equal(await inTime(Promise.resolve(1), LIMIT_MS, clock, late), 1)
    await assert.rejects(inTime(Promise.reject(new Error('refused')), LIMIT_MS, clock, late), /refused/)
    assert.equal(clock.pending, 0)
  })

  it('ends when time is over', async () => {
    const clock = new FakeClock()
    const waiting = inTime(new Promise(() => undefined), LIMIT_MS, clock, late)
    clock.advance(LIMIT_MS)
    await assert.rejects(waiting, /late/)
    assert.equal(clock.pending, 0)
  })

  it('takes an answer that has come before the event loop could look at it', async () => {
    const clock = new FakeClock()
    let answer: (value: number) => void = () => undefined
    const waiting = inTime(new Promise<number>((resolve) => (answer = resolve)), LIMIT_MS, clock, late)
    clock.advance(LIMIT_MS)
    answer(1)
    assert.equal(await waiting, 1)
  })

  it('begins anew, once, where the event loop was held up', async () => {
    const clock = new FakeClock()
    const held = new HeldClock(clock)
    const waiting = inTime(new Promise(() => undefined), LIMIT_MS, held, late)
    let is_over = false
    waiting.catch(() => (is_over = true))
    held.fireAfter(100)
    await turn()
    assert.equal(is_over, false)
    held.fireAfter(100)
    await assert.rejects(waiting, /late/)
  })
})

/** Fires its timer only when told, however late. */
class HeldClock {
  private callback: () => void = () => undefined

  constructor(private readonly clock: FakeClock) {}

  now = () => this.clock.now()
  monotonic = () => this.clock.monotonic()
  clearTimeout = () => undefined

  setTimeout(callback: () => void) {
    this.callback = callback
    return {}
  }

  fireAfter(duration_ms: number): void {
    this.clock.advance(duration_ms)
    this.callback()
  }
}
