import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const stuck = { kind: 'stuck', key: 'energy_kwh', after_s: 100, while_above: 0 } as const
const running = { ...stuck, while_key: 'power_w', while_above: 5 } as const

describe('stuck', () => {
  it('holds once samples have told the same value for long enough', () => {
    const scene = new Scene(stuck)
    assert.equal(scene.sample(0, { energy_kwh: 1.5 }), 'no')
    assert.equal(scene.sample(50, { energy_kwh: 1.5 }), 'no')
    assert.equal(scene.sample(100, { energy_kwh: 1.5 }), 'yes')
    assert.deepEqual(scene.evidence, { key: 'energy_kwh', value: 1.5, unit: 'kWh', facts: { duration_s: 100 } })
    assert.equal(scene.sample(110, { energy_kwh: 1.6 }), 'no')
    assert.equal(scene.sample(209, { energy_kwh: 1.6 }), 'no')
    assert.equal(scene.sample(210, { energy_kwh: 1.6 }), 'yes')
  })

  it('does not take silence for the same value', () => {
    const scene = new Scene(stuck)
    scene.sample(0, { energy_kwh: 1.5 })
    assert.equal(scene.wait(1000), 'no')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.sample(1001, { on: true }), 'no')
  })

  it('counts only while the other value is over its limit the whole time', () => {
    const scene = new Scene(running)
    assert.equal(scene.sample(0, { energy_kwh: 1.5 }), 'unknown')
    assert.equal(scene.sample(10, { energy_kwh: 1.5, power_w: 100 }), 'no')
    assert.equal(scene.sample(60, { energy_kwh: 1.5, power_w: 5 }), 'no')
    assert.equal(scene.sample(70, { energy_kwh: 1.5, power_w: 100 }), 'no')
    assert.equal(scene.sample(110, { energy_kwh: 1.5, power_w: 100 }), 'no')
    assert.equal(scene.sample(170, { energy_kwh: 1.5, power_w: 90 }), 'yes')
    assert.deepEqual(scene.evidence.facts, { duration_s: 100, power_w: 90 })
    assert.equal(scene.sample(171, { energy_kwh: 1.5, power_w: 0 }), 'no')
  })

  it('begins anew with a device that was offline', () => {
    const scene = new Scene(stuck)
    scene.sample(0, { energy_kwh: 1.5 })
    assert.equal(scene.event(50, 'offline'), 'unknown')
    assert.equal(scene.sample(100, { energy_kwh: 1.5 }), 'no')
    assert.equal(scene.sample(200, { energy_kwh: 1.5 }), 'yes')
  })

  it('goes on after a restart where the value is still the same', () => {
    const scene = new Scene(running)
    scene.sample(0, { energy_kwh: 1.5, power_w: 100 })
    assert.equal(scene.sample(150, { energy_kwh: 1.5, power_w: 100 }), 'yes')
    const same = scene.restarted().restarted()
    assert.equal(same.wait(0), 'unknown')
    assert.equal(same.event(1, 'online'), 'unknown')
    assert.equal(same.sample(2, { power_w: 100 }), 'unknown')
    assert.equal(same.sample(3, { energy_kwh: 1.5 }), 'yes')
    assert.equal(same.sample(4, { energy_kwh: 1.5 }), 'yes')
    assert.deepEqual(same.evidence.facts, { duration_s: 151, power_w: 100 })
  })

  it('begins anew after a restart where the value has moved, or what has to go on meanwhile has not', () => {
    const scene = new Scene(running)
    scene.sample(0, { energy_kwh: 1.5, power_w: 100 })
    scene.sample(150, { energy_kwh: 1.5, power_w: 100 })
    assert.equal(scene.restarted().sample(1, { energy_kwh: 1.6, power_w: 100 }), 'no')
    const idle = scene.restarted()
    idle.sample(1, { energy_kwh: 1.5, power_w: 0 })
    assert.equal(idle.sample(2, { energy_kwh: 1.5, power_w: 100 }), 'no')
  })

  it('ignores what was damaged while it was kept', () => {
    const saved = [null, 5, 'x', [], {}, { value: 1.5 }, { value: 1.5, lasted_ms: -1 }, { value: null, lasted_ms: 1e9 }]
    for (const each of saved) {
      const scene = new Scene(stuck)
      scene.condition.restore(each, 0)
      assert.equal(scene.sample(1, { energy_kwh: 1.5 }), 'no')
    }
  })
})
