import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Schedule, TICK_MS } from '../../src/polling/schedule'
import { FakeClock } from '../support/fake-clock'

interface Firing {
  readonly slot: number
  readonly at_ms: number
}

function recorder() {
  const clock = new FakeClock()
  const fired: Firing[] = []
  const schedule = new Schedule(clock, (slots, count) => {
    for (let index = 0; index < count; index++) fired.push({ slot: slots[index] as number, at_ms: clock.monotonic() })
  })
  return { clock, fired, schedule }
}

describe('Schedule', () => {
  it('fires every unit once, never early and at most a tick late, from 10 ms to hours', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 * 3_600_000 }), { maxLength: 40 }), (delays) => {
        const { clock, fired, schedule } = recorder()
        delays.forEach((delay_ms, slot) => schedule.set(slot, delay_ms))
        schedule.start()
        clock.advance(5 * 3_600_000)
        assert.equal(fired.length, delays.length)
        for (const { slot, at_ms } of fired) {
          const late_ms = at_ms - (delays[slot] as number)
          assert.ok(late_ms >= 0 && late_ms <= TICK_MS, `slot ${slot} came ${late_ms} ms late`)
        }
        assert.equal(schedule.size, 0)
        assert.equal(clock.pending, 0)
      }),
      { numRuns: 50 },
    )
  })

  it('agrees with a plain list of due times whatever is set, moved and cancelled', () => {
    const step = fc.record({
      slot: fc.nat(15),
      delay_ms: fc.option(fc.integer({ min: 0, max: 200_000 })),
      pause_ms: fc.nat(50_000),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, fired, schedule } = recorder()
        const expected = new Map<number, number>()
        let count = 0
        schedule.start()
        for (const { slot, delay_ms, pause_ms } of steps) {
          if (delay_ms === null) {
            schedule.cancel(slot)
            expected.delete(slot)
          } else {
            schedule.set(slot, delay_ms)
            expected.set(slot, clock.monotonic() + delay_ms)
          }
          const before = fired.length
          clock.advance(pause_ms)
          for (const firing of fired.slice(before)) {
            const due_ms = expected.get(firing.slot)
            assert.ok(due_ms !== undefined, `slot ${firing.slot} fired without being set`)
            assert.ok(firing.at_ms >= due_ms && firing.at_ms <= due_ms + 2 * TICK_MS)
            expected.delete(firing.slot)
            count++
          }
          for (const due_ms of expected.values()) assert.ok(due_ms > clock.monotonic() - 2 * TICK_MS)
          assert.equal(schedule.size, expected.size)
        }
        assert.equal(fired.length, count)
      }),
    )
  })

  it('does not drift when each due time is set from the last', () => {
    const clock = new FakeClock()
    let due_ms = 25
    let times = 0
    const schedule = new Schedule(clock, () => {
      times++
      schedule.set(0, 25, due_ms)
      due_ms += 25
    })
    schedule.set(0, 25)
    schedule.start()
    clock.advance(100_000)
    assert.equal(times, 4000)
  })

  it('sleeps until the next unit and keeps one timer', () => {
    const { clock, schedule } = recorder()
    let timers = 0
    const setTimeout = clock.setTimeout.bind(clock)
    clock.setTimeout = (callback, delay_ms) => {
      timers++
      return setTimeout(callback, delay_ms)
    }
    schedule.start()
    assert.equal(clock.pending, 0)
    for (let slot = 0; slot < 100; slot++) schedule.set(slot, 60_000)
    assert.equal(clock.pending, 1)
    clock.advance(59_000)
    assert.equal(timers, 1)
    clock.advance(1_000)
    assert.equal(timers, 1)
  })

  it('spreads what fell due while the event loop was held, in order and without a burst', () => {
    let held_ms = 0
    const { clock, fired, schedule } = recorder()
    const monotonic = clock.monotonic.bind(clock)
    clock.monotonic = () => monotonic() + held_ms
    for (let slot = 0; slot < 1000; slot++) schedule.set(slot, 10 + slot)
    schedule.start()
    held_ms = 2000
    clock.advance(10)
    assert.equal(fired.length, 0)
    const perTick: number[] = []
    for (let tick = 0; tick < 250; tick++) {
      const before = fired.length
      clock.advance(TICK_MS)
      perTick.push(fired.length - before)
    }
    assert.equal(fired.length, 1000)
    assert.ok(Math.max(...perTick) <= 20, `a tick had ${Math.max(...perTick)}`)
    assert.ok((fired[0] as Firing).slot < 20)
  })

  it('is not moved by a jump of the wall clock', () => {
    const { clock, fired, schedule } = recorder()
    schedule.set(0, 1000)
    schedule.start()
    clock.jump(7_200_000)
    clock.advance(500)
    assert.equal(fired.length, 0)
    clock.jump(-10_000_000)
    clock.advance(500)
    assert.equal(fired.length, 1)
  })

  it('holds everything after stop, and leaves no timer', () => {
    const { clock, fired, schedule } = recorder()
    schedule.set(0, 100)
    schedule.start()
    schedule.stop()
    schedule.stop()
    assert.equal(clock.pending, 0)
    clock.advance(50)
    schedule.start()
    clock.advance(50)
    assert.equal(fired.length, 1)
  })
})
