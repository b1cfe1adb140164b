import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { Availability, GRACE_MS } from '../../src/homeassistant/availability'
import { Topics } from '../../src/homeassistant/topics'
import type { KeptValue } from '../../src/mqtt/broker'
import { FakeClock } from '../support/fake-clock'

describe('The availability of a device', () => {
  let clock: FakeClock
  let kept: KeptValue[]
  let changes: number
  let availability: Availability
  const said = () => kept.map(({ topic, payload }) => `${topic} ${payload}`)

  beforeEach(() => {
    clock = new FakeClock()
    kept = []
    changes = 0
    const broker = { keep: (value: KeptValue) => void kept.push(value) }
    availability = new Availability({
      broker,
      topics: new Topics('kasa', 'homeassistant'),
      clock,
      unavailable_after_s: 600,
      changed: () => changes++,
    })
    availability.start()
  })

  it('is told with its first reading, and not again with each other one', () => {
    availability.heard('plug', clock.now())
    availability.heard('plug', clock.now())
    assert.deepEqual(said(), ['kasa/plug/availability online'])
    assert.deepEqual(kept[0], { topic: 'kasa/plug/availability', payload: 'online', rank: 'availability', qos: 1 })
    assert.deepEqual([availability.available, changes], [1, 1])
  })

  it('follows whoever polls it', () => {
    availability.heard('plug', clock.now())
    availability.told('plug', false, clock.now())
    assert.equal(availability.isAvailable('plug'), false)
    availability.told('plug', true, clock.now())
    assert.deepEqual(
      kept.map(({ payload }) => payload),
      ['online', 'offline', 'online'],
    )
  })

  it('does not come back with a reading that was taken before it went offline', () => {
    availability.heard('plug', clock.now())
    clock.advance(10_000)
    availability.told('plug', false, clock.now())
    availability.heard('plug', clock.now() - 5000)
    assert.equal(availability.isAvailable('plug'), false)
    clock.advance(1)
    availability.heard('plug', clock.now())
    assert.equal(availability.isAvailable('plug'), true)
  })

  it('ends after a silence where nobody tells that it is offline', () => {
    availability.heard('plug', clock.now())
    clock.advance(590_000)
    assert.equal(availability.isAvailable('plug'), true)
    clock.advance(20_000)
    assert.equal(availability.isAvailable('plug'), false)
    availability.heard('plug', clock.now())
    assert.equal(availability.isAvailable('plug'), true)
  })

  it('does not end by silence where somebody polls it, however slowly', () => {
    availability.told('plug', true, clock.now())
    clock.advance(86_400_000)
    assert.equal(availability.isAvailable('plug'), true)
  })

  it('is what it was before a restart, until a minute has passed without a reading', () => {
    availability.expect('plug')
    clock.advance(GRACE_MS - 10_000)
    assert.deepEqual(said(), [])
    clock.advance(20_000)
    assert.deepEqual(said(), ['kasa/plug/availability offline'])
  })

  it('is taken away with the device', () => {
    availability.heard('plug', clock.now())
    availability.remove('plug')
    availability.remove('plug')
    assert.deepEqual(said(), ['kasa/plug/availability online', 'kasa/plug/availability '])
    assert.equal(availability.available, 0)
  })

  it('leaves no timer behind', () => {
    availability.stop()
    availability.stop()
    assert.equal(clock.pending, 0)
  })
})
