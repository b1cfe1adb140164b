import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { DeadlineList, Expiring } from '../../../../src/integrations/kasa/transports/deadline-list'
import { FakeClock } from '../../../support/fake-clock'

class Entry extends Expiring {
  constructor(
    private readonly name: string,
    private readonly expired: string[],
    private readonly then: () => void = () => undefined,
  ) {
    super()
  }
  onDeadline(): void {
    this.expired.push(this.name)
    this.then()
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

  it('expire in order, whatever ended in between', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (endsInTime) => {
        const clock = new FakeClock()
        const list = new DeadlineList(clock, 100)
        const expired: string[] = []
        const entries = endsInTime.map((_, index) => new Entry(String(index), expired))
        for (const entry of entries) list.add(entry, clock.monotonic())
        endsInTime.forEach((ends, index) => ends && list.delete(entries[index] as Entry))
        endsInTime.forEach((ends, index) => ends && list.delete(entries[index] as Entry))
        clock.advance(100)
        const late = endsInTime.flatMap((ends, index) => (ends ? [] : [String(index)]))
        assert.deepEqual(expired, late)
      }),
    )
  })

  it('wait once more where the event loop was held, for as long as it was', () => {
    const clock = new FakeClock()
    const list = new DeadlineList(clock, 100)
    const expired: string[] = []
    const [answered, silent] = [new Entry('answered', expired), new Entry('silent', expired)]
    for (const entry of [answered, silent]) list.add(entry, clock.monotonic())
    clock.hold(160)
    clock.advance(0)
    list.delete(answered)
    clock.advance(59)
    assert.deepEqual(expired, [])
    clock.advance(1)
    assert.deepEqual(expired, ['silent'])
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
    list.add(new Entry('first', expired, () => list.add(second, clock.monotonic())), clock.monotonic())
    clock.advance(199)
    assert.deepEqual(expired, ['first'])
    clock.advance(1)
    assert.deepEqual(expired, ['first', 'second'])
  })
})
