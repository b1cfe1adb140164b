import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { DeviceEventName } from '../../src/domain/event'
import { Availability, GRACE_MS } from '../../src/homeassistant/availability'
import { Topics } from '../../src/homeassistant/topics'
import type { KeptValue } from '../../src/mqtt/broker'
import { FakeClock } from '../support/fake-clock'

const DAY_MS = 86_400_000

describe('The availability of a device', () => {
  let clock: FakeClock
  let kept: KeptValue[]
  let changes: number
  let availability: Availability
  const fleet = (event: DeviceEventName) => availability.told('plug', event, clock.now(), true)
  const flow = (event: DeviceEventName) => availability.told('plug', event, clock.now(), false)
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
    fleet('offline')
    assert.equal(availability.isAvailable('plug'), false)
    fleet('online')
    assert.deepEqual(
      kept.map(({ payload }) => payload),
      ['online', 'offline', 'online'],
    )
  })

  it('does not come back with a reading that was taken before it went offline', () => {
    availability.heard('plug', clock.now())
    clock.advance(10_000)
    fleet('offline')
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

  it('does not end by silence where a fleet tells of it, however slowly', () => {
    fleet('online')
    availability.heard('plug', clock.now())
    clock.advance(7 * DAY_MS)
    assert.equal(availability.isAvailable('plug'), true)
  })

  it('ends after a day without anything where events come by a flow, which may be cut', () => {
    flow('online')
    clock.advance(DAY_MS - 20_000)
    flow('pressed')
    clock.advance(DAY_MS - 20_000)
    assert.equal(availability.isAvailable('plug'), true)
    availability.heard('plug', clock.now())
    clock.advance(DAY_MS - 20_000)
    assert.equal(availability.isAvailable('plug'), true)
    clock.advance(30_000)
    assert.equal(availability.isAvailable('plug'), false)
    flow('online')
    assert.equal(availability.isAvailable('plug'), true)
  })

  it('is what it was before a restart, until a minute has passed without a word of the fleet', () => {
    availability.expect('plug', true)
    clock.advance(GRACE_MS - 10_000)
    assert.deepEqual(said(), [])
    clock.advance(20_000)
    assert.deepEqual(said(), ['kasa/plug/availability offline'])
  })

  it('is what it was before a restart for as long as it may be silent where it is of no fleet', () => {
    availability.expect('plug', false)
    clock.advance(590_000)
    assert.deepEqual(said(), [])
    clock.advance(20_000)
    assert.deepEqual(said(), ['kasa/plug/availability offline'])
  })

  it('may be silent for longer than a minute once it has been heard after a restart', () => {
    availability.expect('plug', true)
    availability.heard('plug', clock.now())
    clock.advance(590_000)
    assert.equal(availability.isAvailable('plug'), true)
    clock.advance(20_000)
    assert.equal(availability.isAvailable('plug'), false)
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
