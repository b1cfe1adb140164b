import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { DeadlineList } from '../../../../src/integrations/kasa/transports/deadline-list'
import { FakeClock } from '../../../support/fake-clock'

class Entry {
  deadline_at = 0
  constructor(
    private readonly name: string,
    private readonly expired: string[],
  ) {}
  onDeadline(): void {
    this.expired.push(this.name)
  }
}

describe('deadlines of equal length', () => {
  it('tell each entry once, when its own time is up', () => {
    const clock = new FakeClock()
    const list = new DeadlineList(clock, 100)
    const expired: string[] = []
    list.add(new Entry('first', expired), clock.monotonic())
    clock.advance(60)
    list.add(new Entry('second', expired), clock.monotonic())
    clock.advance(39)
    assert.deepEqual(expired, [])
    clock.advance(1)
    assert.deepEqual(expired, ['first'])
    clock.advance(60)
    assert.deepEqual(expired, ['first', 'second'])
    clock.advance(1000)
    assert.deepEqual(expired, ['first', 'second'])
  })

  it('forget what ended in time', () => {
    const clock = new FakeClock()
    const list = new DeadlineList(clock, 100)
    const expired: string[] = []
    const entry = new Entry('first', expired)
    list.add(entry, clock.monotonic())
    list.delete(entry)
    clock.advance(1000)
    assert.deepEqual(expired, [])
  })

  it('share one timer, and leave none behind', () => {
    const clock = new FakeClock()
    const list = new DeadlineList(clock, 100)
    for (let count = 0; count < 50; count++) {
      list.add(new Entry('x', []), clock.monotonic())
      clock.advance(1)
    }
    assert.equal(clock.pending, 1)
    list.stop()
    assert.equal(clock.pending, 0)
  })

  it('set no timer again once nothing waits', () => {
    const clock = new FakeClock()
    const list = new DeadlineList(clock, 100)
    list.add(new Entry('x', []), clock.monotonic())
    clock.advance(100)
    assert.equal(clock.pending, 0)
  })

  it('hold for entries that are added while others expire', () => {
    const clock = new FakeClock()
    const list = new DeadlineList(clock, 100)
    const expired: string[] = []
    const second = new Entry('second', expired)
    const first = { deadline_at: 0, onDeadline: () => list.add(second, clock.monotonic()) }
    list.add(first, clock.monotonic())
    clock.advance(199)
    assert.deepEqual(expired, [])
    clock.advance(1)
    assert.deepEqual(expired, ['second'])
  })
})
