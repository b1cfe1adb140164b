import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { coversLess, differences, sameRollUp } from '../../../src/database/roll-up/comparison'
import type { FieldRollUp, RollUp } from '../../../src/database/tiers/roll-up'
import { HOUR } from './rolled'

const POWER: FieldRollUp = { mean: 41.3333, minimum: 2, maximum: 120, p50: 2, p95: 120, held_s: 3600 }
const ROW: RollUp = {
  ...{ device_id: 'plug', timestamp: 0, duration_ms: HOUR, samples: 640, covered_s: 3600, completeness: 1 },
  ...{ first_timestamp: 10, last_timestamp: 20, energy_kwh: 0.041333, energy_source: 'counter' },
  ...{ energy_integral_kwh: 0.041333, energy_step_kwh: 0.001, resets: 0, on_s: 3600, switches: 0, version: 1 },
  fields: { power_w: POWER },
}

describe('two rows', () => {
  it('are the same where every value is', () => {
    assert.ok(sameRollUp(ROW, { ...ROW, fields: { power_w: { ...POWER } } }))
    assert.deepEqual(differences(ROW, structuredClone(ROW)), [])
  })

  it('differ by whatever differs, which is named', () => {
    const { energy_kwh, ...unmetered } = ROW
    assert.equal(energy_kwh, 0.041333)
    assert.deepEqual(differences(unmetered, ROW), ['energy_kwh: nothing, not 0.041333'])
    const other = { ...ROW, samples: 639, fields: { power_w: { ...POWER, p95: 119.999 } } }
    assert.deepEqual(differences(ROW, other), ['samples: 640, not 639', 'power_w p95: 120, not 119.999'])
    assert.ok(!sameRollUp(ROW, other))
    assert.equal(differences(ROW, { ...ROW, fields: {} }).length, 6)
    assert.ok(!sameRollUp(ROW, { ...ROW, fields: { ...ROW.fields, on: POWER } }))
  })

  it('differ in each of their values', () => {
    for (const key of Object.keys(ROW) as (keyof RollUp)[]) {
      if (key === 'fields') continue
      assert.ok(!sameRollUp(ROW, { ...ROW, [key]: 'other' }), key)
      assert.equal(differences(ROW, { ...ROW, [key]: 'other' }).length, 1)
    }
    for (const key of Object.keys(POWER) as (keyof FieldRollUp)[]) {
      assert.ok(!sameRollUp(ROW, { ...ROW, fields: { power_w: { ...POWER, [key]: 7 } } }), key)
    }
  })

  it('cover less where they are of fewer readings or of less time', () => {
    assert.ok(coversLess({ ...ROW, samples: 639 }, ROW))
    assert.ok(coversLess({ ...ROW, covered_s: 3599.999 }, ROW))
    assert.ok(!coversLess(ROW, ROW))
    assert.ok(!coversLess({ ...ROW, samples: 641 }, ROW))
  })
})
