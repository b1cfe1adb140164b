import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene, START } from './scene'

const HOUR_S = 3600
const atNight = { kind: 'unexpected', state: 'on', from: '23:00', to: '06:00', days: [] } as const

describe('unexpected', () => {
  it('holds from when it is switched on at night until it is switched off, also when the night is over', () => {
    const scene = new Scene(atNight)
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(2 * HOUR_S, { on: false }), 'no')
    assert.equal(scene.sample(3 * HOUR_S, { on: true }), 'yes')
    const facts = { switched_at: START + 3 * HOUR_S * 1000 }
    assert.deepEqual(scene.evidence, { key: 'on', value: true, facts })
    assert.equal(scene.sample(12 * HOUR_S, { on: true }), 'yes')
    assert.deepEqual(scene.evidence.facts, facts)
    assert.equal(scene.sample(13 * HOUR_S, { on: false }), 'no')
    assert.deepEqual(scene.evidence, { key: 'on', value: false })
  })

  it('does not hold for what is switched on by day, though it stays on at night', () => {
    const scene = new Scene(atNight)
    scene.sample(21 * HOUR_S, { on: false })
    assert.equal(scene.sample(22 * HOUR_S, { on: true }), 'no')
    assert.equal(scene.sample(24 * HOUR_S, { on: true }), 'no')
    assert.equal(scene.sample(25 * HOUR_S, { on: false }), 'no')
    assert.equal(scene.sample(26 * HOUR_S, { on: true }), 'yes')
  })

  it('takes nothing for switched at the start, on or off', () => {
    assert.equal(new Scene(atNight).sample(HOUR_S, { on: true }), 'no')
    assert.equal(new Scene({ ...atNight, state: 'off' }).sample(HOUR_S, { on: false }), 'no')
  })

  it('watches for switching off where that is asked for', () => {
    const freezer = new Scene({ ...atNight, state: 'off', from: '00:00', to: '00:00' })
    freezer.sample(0, { on: true })
    assert.equal(freezer.sample(12 * HOUR_S, { on: false }), 'yes')
    assert.equal(freezer.sample(13 * HOUR_S, { on: true }), 'no')
  })

  it('hears of it by an event, be it the first that comes, and once only where a sample tells it too', () => {
    const scene = new Scene(atNight)
    assert.equal(scene.event(HOUR_S, 'changed', { on: true }), 'yes')
    assert.equal(scene.sample(HOUR_S + 1, { on: true }), 'yes')
    assert.equal(scene.event(HOUR_S + 2, 'changed', { on: false }), 'no')
    assert.equal(scene.sample(HOUR_S + 3, { on: false }), 'no')
    // The sample tells it within the hours, the event a moment after them.
    assert.equal(scene.sample(6 * HOUR_S - 1, { on: true }), 'yes')
    assert.equal(scene.event(6 * HOUR_S, 'changed', { on: true }), 'yes')
  })

  it('goes by when the sample was taken', () => {
    const scene = new Scene(atNight)
    scene.sample(5 * HOUR_S, { on: false })
    assert.equal(scene.sample(7 * HOUR_S, { on: true }, { age_s: 1.5 * HOUR_S }), 'yes')
  })

  it('counts on the days that are named: a night belongs to the day on which it begins', () => {
    const scene = new Scene({ ...atNight, days: ['mon'] })
    const switchedOnAt = (hour: number) => {
      scene.sample((hour - 0.1) * HOUR_S, { on: false })
      return scene.sample(hour * HOUR_S, { on: true })
    }
    assert.equal(switchedOnAt(3), 'no')
    assert.equal(switchedOnAt(23), 'yes')
    assert.equal(switchedOnAt(24 + 3), 'yes')
    assert.equal(switchedOnAt(24 + 23), 'no')
  })

  it('cannot be told while it is offline, and notices what was switched meanwhile', () => {
    const scene = new Scene(atNight)
    scene.sample(HOUR_S, { on: false })
    assert.equal(scene.event(2 * HOUR_S, 'offline'), 'unknown')
    assert.equal(scene.sample(3 * HOUR_S, { on: true }), 'yes')
    assert.equal(scene.event(4 * HOUR_S, 'offline'), 'unknown')
    assert.equal(scene.sample(9 * HOUR_S, { on: true }), 'yes')
  })

  it('goes on over a restart where it is still on, by day as well, and is over where it is off', () => {
    const scene = new Scene(atNight)
    scene.sample(0, { on: false })
    scene.sample(HOUR_S, { on: true })
    const next = scene.restarted(9 * HOUR_S)
    assert.equal(next.wait(0), 'unknown')
    assert.equal(next.sample(1, { on: true }), 'yes')
    assert.deepEqual(next.evidence.facts, { switched_at: START + HOUR_S * 1000 })
    const off = scene.restarted(9 * HOUR_S)
    assert.equal(off.sample(1, { on: false }), 'no')
    assert.equal(off.sample(2, { on: true }), 'no')
  })

  it('ignores what is no save of its own', () => {
    for (const saved of [null, 0, [], {}, { switched_at: 'at night' }]) {
      const scene = new Scene(atNight)
      scene.condition.restore(saved, 0)
      assert.equal(scene.sample(0, { on: true }), 'no')
    }
  })
})
