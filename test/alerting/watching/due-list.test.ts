import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import { type Due, DueList } from '../../../src/alerting/watching/due-list'
import { FakeClock } from '../../support/fake-clock'

class Alarm implements Due {
  queued_ms = Infinity
  place = 0
  constructor(
    readonly name: number,
    public due_ms = Infinity,
  ) {}
}

describe('DueList', () => {
  let clock: FakeClock
  let woken: [name: number, at_ms: number][]
  let list: DueList<Alarm>

  beforeEach(() => {
    clock = new FakeClock()
    woken = []
    list = new DueList(clock, (alarm) => {
      woken.push([alarm.name, clock.monotonic()])
      alarm.due_ms = Infinity
    })
    list.start()
  })

  it('wakes each at its time, with one timer', () => {
    for (const [name, due_ms] of [300, 100, 200].entries()) list.update(new Alarm(name, due_ms))
    assert.equal(clock.pending, 1)
    clock.advance(1000)
    assert.deepEqual(woken, [
      [1, 100],
      [2, 200],
      [0, 300],
    ])
    assert.equal(clock.pending, 0)
  })

  it('does nothing for what moves on with every sample, and wakes it when it stops', () => {
    const silence = new Alarm(1, 600)
    list.update(silence)
    for (let now_ms = 100; now_ms <= 5000; now_ms += 100) {
      clock.advance(100)
      silence.due_ms = now_ms + 600
      list.update(silence)
    }
    assert.deepEqual(woken, [])
    clock.advance(1000)
    assert.deepEqual(woken, [[1, 5600]])
  })

  it('lets the event loop run when very many fall due at once', () => {
    const beside: number[] = []
    for (let name = 0; name < 1000; name++) list.update(new Alarm(name, 50))
    clock.setTimeout(() => beside.push(woken.length), 50)
    clock.advance(50)
    assert.equal(woken.length, 1000)
    assert.ok((beside[0] ?? 1000) < 1000, `something else had to wait for ${beside[0]}`)
  })

  it('wakes nothing that was removed, nor anything while it is stopped', () => {
    const alarms = [100, 200, 300].map((due_ms, name) => new Alarm(name, due_ms))
    for (const alarm of alarms) list.update(alarm)
    list.remove(alarms[0] as Alarm)
    list.stop()
    assert.equal(clock.pending, 0)
    clock.advance(250)
    assert.deepEqual(woken, [])
    list.start()
    clock.advance(250)
    assert.deepEqual(woken, [
      [1, 250],
      [2, 300],
    ])
  })

  it('wakes all in time, whatever is moved and removed', () => {
    const move = fc.record({ name: fc.nat(30), in_ms: fc.nat(500), gone: fc.boolean(), then_ms: fc.nat(60) })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
        clock = new FakeClock()
        const late: number[] = []
        list = new DueList(clock, (alarm) => {
          if (alarm.due_ms !== clock.monotonic()) late.push(alarm.name)
          alarm.due_ms = Infinity
        })
        list.start()
        const alarms = Array.from({ length: 31 }, (_, name) => new Alarm(name))
        for (const { name, in_ms, gone, then_ms } of moves) {
          const alarm = alarms[name] as Alarm
          alarm.due_ms = gone ? Infinity : clock.monotonic() + in_ms
          if (gone) list.remove(alarm)
          else list.update(alarm)
          clock.advance(then_ms)
        }
        clock.advance(1000)
        assert.deepEqual(late, [])
        assert.ok(alarms.every(({ due_ms }) => due_ms === Infinity))
        assert.equal(clock.pending, 0)
      }),
    )
  })
})
