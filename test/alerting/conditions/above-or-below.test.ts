import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const above = { kind: 'above', key: 'power_w', value: 2000 } as const

describe('above and below', () => {
  it('hold over the value, and under it, and not at it', () => {
    const scene = new Scene(above)
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(1, { power_w: 2000 }), 'no')
    assert.equal(scene.sample(2, { power_w: 2000.1 }), 'yes')
    const below = new Scene({ kind: 'below', key: 'battery_pct', value: 20 })
    assert.equal(below.sample(1, { battery_pct: 20 }), 'no')
    assert.equal(below.sample(2, { battery_pct: 19 }), 'yes')
  })

  it('once raised, hold until the value to clear is reached', () => {
    const scene = new Scene({ ...above, clear: 1800 })
    scene.raised = true
    assert.equal(scene.sample(1, { power_w: 1801 }), 'yes')
    assert.equal(scene.sample(2, { power_w: 1800 }), 'no')
    const below = new Scene({ kind: 'below', key: 'battery_pct', value: 20, clear: 30 })
    below.raised = true
    assert.equal(below.sample(1, { battery_pct: 29 }), 'yes')
    assert.equal(below.sample(2, { battery_pct: 30 }), 'no')
  })

  it('never come and go between the value and the one to clear', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1800, max: 2000, minExcluded: true, noNaN: true })),
        fc.boolean(),
        (watts, raised) => {
          const scene = new Scene({ ...above, clear: 1800 })
          scene.raised = raised
          for (const [at_s, power_w] of watts.entries()) {
            assert.equal(scene.sample(at_s, { power_w }), raised ? 'yes' : 'no')
          }
        },
      ),
    )
  })

  it('go on with what is known where a sample does not tell the value', () => {
    const scene = new Scene(above)
    assert.equal(scene.sample(1, { power_w: 2100 }), 'yes')
    assert.equal(scene.sample(2, { on: true }), 'yes')
    assert.equal(scene.event(3, 'changed'), 'yes')
    assert.equal(scene.wait(86_400), 'yes')
  })

  it('know nothing of a device that is offline, nor when it is back, before it has told the value again', () => {
    const scene = new Scene(above)
    scene.sample(1, { power_w: 2100 })
    assert.equal(scene.event(2, 'offline'), 'unknown')
    assert.equal(scene.event(3, 'online'), 'unknown')
    assert.equal(scene.sample(4, { on: true }), 'unknown')
    assert.equal(scene.sample(5, { on: true, power_w: 2100 }), 'yes')
  })

  it('know nothing of a group whose last member has gone offline', () => {
    const scene = new Scene(above)
    scene.sample(1, { power_w: 2100 })
    assert.equal(scene.fallSilent(2), 'unknown')
    assert.equal(scene.sample(3, { power_w: 2200 }), 'yes')
  })

  it('know nothing where the value is no number', () => {
    for (const power_w of [NaN, Infinity, -Infinity, null, '2100', true, {}, [2100]]) {
      const scene = new Scene(above)
      scene.sample(1, { power_w: 2100 })
      assert.equal(scene.sample(2, { power_w }), 'unknown', String(power_w))
      assert.deepEqual(scene.evidence, { key: 'power_w', unit: 'W', threshold: 2000 })
    }
  })

  it('do not believe the numbers of a suspect reading', () => {
    const scene = new Scene(above)
    assert.equal(scene.sample(1, { power_w: 1e9, quality: 'suspect' }), 'unknown')
    assert.equal(scene.sample(2, { power_w: 5, quality: 'good' }), 'no')
    assert.equal(scene.sample(3, { power_w: 1e9, quality: 'suspect' }), 'no')
  })

  it('tell the value, its unit, and what it was compared with', () => {
    const evidenceOf = (key: string) => {
      const scene = new Scene({ kind: 'above', key, value: 80 })
      scene.sample(1, { [key]: 90 })
      return scene.evidence
    }
    assert.deepEqual(evidenceOf('voltage_v'), { key: 'voltage_v', value: 90, unit: 'V', threshold: 80 })
    assert.deepEqual(evidenceOf('host.cpu_pct'), { key: 'host.cpu_pct', value: 90, unit: '%', threshold: 80 })
    assert.deepEqual(evidenceOf('pending'), { key: 'pending', value: 90, threshold: 80 })
    const units = ['rssi_dbm', 'loop_ms', 'room_c', 'used_kwh', 'supply_v', 'ms'].map((key) => evidenceOf(key).unit)
    assert.deepEqual(units, ['dBm', 'ms', '°C', 'kWh', 'V', 'ms'])
  })

  it('have nothing to keep over a restart, and never ask to be asked', () => {
    const scene = new Scene(above)
    scene.sample(1, { power_w: 2100 })
    assert.equal(scene.condition.save(scene.moment()), undefined)
    assert.equal(scene.due_s, Infinity)
  })
})
