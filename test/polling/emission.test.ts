import { strict as assert } from 'node:assert'
import { describe, it } from 'mocha'
import type { Reading } from '../../src/domain/reading'
import { Emission, type EmissionOptions } from '../../src/polling/emission'

const base: Reading = {
  device_id: 'plug',
  alias: 'plug',
  model: 'S1',
  host: 'h',
  timestamp: 1_767_571_200_000,
  on: true,
  power_w: 100,
  source: 'poll',
  quality: 'good',
}

function passes(change: Partial<Reading>, options: Partial<EmissionOptions> = {}): boolean {
  const emission = new Emission({ emit: 'on-change', deadbands: {}, at_least_every_ms: 60_000, ...options })
  return emission.passes({ ...base, ...change }, base)
}

describe('Emission', () => {
  it('passes everything unless asked otherwise', () => {
    assert.equal(new Emission().passes(base, base), true)
  })

  it('passes the first reading, a switch, a value that comes or goes, and a change of quality', () => {
    const emission = new Emission({ emit: 'on-change', deadbands: {}, at_least_every_ms: 0 })
    assert.equal(emission.passes(base, undefined), true)
    assert.equal(passes({ on: false }), true)
    assert.equal(passes({ voltage_v: 230 }), true)
    assert.equal(passes({ quality: 'suspect' }), true)
    assert.equal(passes({}), false)
  })

  it('holds back what stays within the wider of the absolute and the relative deadband', () => {
    const deadbands = { power_w: { absolute: 3, percent: 2 } }
    assert.equal(passes({ power_w: 103 }, { deadbands }), false)
    assert.equal(passes({ power_w: 103.1 }, { deadbands }), true)
    assert.equal(passes({ power_w: 109 }, { deadbands: { power_w: { percent: 10 } } }), false)
    assert.equal(passes({ power_w: 89 }, { deadbands: { power_w: { percent: 10 } } }), true)
  })

  it('never minds how long a poll took', () => {
    assert.equal(passes({ latency_ms: 900 }), true)
    const emission = new Emission({ emit: 'on-change', deadbands: {}, at_least_every_ms: 0 })
    assert.equal(emission.passes({ ...base, latency_ms: 900 }, { ...base, latency_ms: 3 }), false)
  })

  it('passes an unchanged reading every so often, and after the clock was set back', () => {
    assert.equal(passes({ timestamp: base.timestamp + 59_999 }), false)
    assert.equal(passes({ timestamp: base.timestamp + 60_000 }), true)
    assert.equal(passes({ timestamp: base.timestamp - 3_600_000 }), true)
    assert.equal(passes({ timestamp: base.timestamp + 9e9 }, { at_least_every_ms: 0 }), false)
  })

  it('names a deadband that is none', () => {
    const deadbands = { power_w: { percent: -1 } }
    assert.throws(() => new Emission({ emit: 'on-change', deadbands, at_least_every_ms: 0 }), {
      code: 'CONFIG_INVALID',
      details: { field: 'deadbands.power_w.percent', value: -1, range: 'a number from 0' },
    })
    const unknown = { power: { absolute: 1 } } as EmissionOptions['deadbands']
    assert.throws(() => new Emission({ emit: 'on-change', deadbands: unknown, at_least_every_ms: 0 }), /deadbands/)
  })
})
