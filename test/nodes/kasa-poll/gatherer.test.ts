import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { atMostEvery } from '../../../nodes/shared/at-most-every'
import { Gatherer } from '../../../nodes/kasa-poll/gatherer'
import { Scope } from '../../../nodes/shared/scope'
import type { Reading } from '../../../src/domain/reading'
import { FakeClock } from '../../support/fake-clock'

const reading = { device_id: 'a' } as Reading

function setUp() {
  const clock = new FakeClock()
  const scope = new Scope((error) => {
    throw error
  }, clock)
  return { clock, scope }
}

describe('Gathering readings into arrays', () => {
  it('sends what came in since the first, once the time is over', () => {
    const { clock, scope } = setUp()
    const sent: number[] = []
    const gatherer = new Gatherer(1000, scope, (readings) => sent.push(readings.length))
    gatherer.add(reading)
    clock.advance(900)
    gatherer.add(reading)
    clock.advance(99)
    assert.deepEqual(sent, [])
    clock.advance(1)
    assert.deepEqual(sent, [2])
    clock.advance(10_000)
    assert.deepEqual(sent, [2])
  })

  it('sends a large array at once, and sets no second timer', () => {
    const { clock, scope } = setUp()
    const sent: number[] = []
    const gatherer = new Gatherer(60_000, scope, (readings) => sent.push(readings.length))
    for (let count = 0; count < 2500; count++) gatherer.add(reading)
    assert.deepEqual(sent, [1000, 1000])
    assert.equal(clock.pending, 1)
    clock.advance(60_000)
    assert.deepEqual(sent, [1000, 1000, 500])
  })

  it('leaves no timer behind when the node is closed', async () => {
    const { clock, scope } = setUp()
    new Gatherer(1000, scope, () => assert.fail('sent after the end')).add(reading)
    await scope.close()
    assert.equal(clock.pending, 0)
  })
})

describe('Something done at most every second', () => {
  it('is done at the first call, and once more after the last', () => {
    const { clock, scope } = setUp()
    let done = 0
    const act = atMostEvery(1000, scope, () => done++)
    for (let count = 0; count < 100; count++) act()
    assert.equal(done, 1)
    clock.advance(1000)
    assert.equal(done, 2)
    clock.advance(5000)
    assert.equal(done, 2)
    act()
    assert.equal(done, 3)
  })
})
