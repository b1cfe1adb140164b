import assert from 'node:assert/strict'
import Ajv from 'ajv'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  isMeasuredKey,
  isPhysical,
  MEASURED_FIELDS,
  MEASURED_KEYS,
  READING_SCHEMA,
  type Reading,
} from '../../src/domain/reading'

const validate = new Ajv({ strict: false }).compile(READING_SCHEMA)

const kettle: Reading = {
  device_id: '8006E0A1',
  alias: 'Kettle',
  model: 'HS110(EU)',
  host: '192.168.1.20',
  timestamp: Date.UTC(2026, 0, 5),
  on: true,
  power_w: 1980.4,
  source: 'poll',
  quality: 'good',
}

describe('a reading', () => {
  it('is valid with what a plug says and nothing else', () => {
    assert.equal(validate(kettle), true)
  })

  it('has a typed key for every measured field of its schema', () => {
    const everything: Required<Pick<Reading, (typeof MEASURED_KEYS)[number]>> = {
      on: true,
      power_w: 1,
      voltage_v: 230,
      current_a: 0.1,
      energy_kwh: 1,
      energy_today_kwh: 1,
      energy_month_kwh: 1,
      energy_total_kwh: 1,
      brightness_pct: 50,
      color_temp_k: 2700,
      hue_deg: 10,
      saturation_pct: 10,
      temperature_c: 20,
      target_temperature_c: 21,
      humidity_pct: 50,
      battery_pct: 90,
      battery_low: false,
      overheated: false,
      overloaded: false,
      motion: false,
      contact_open: false,
      water_leak: false,
      rssi_dbm: -50,
      latency_ms: 12,
    }
    assert.deepEqual(Object.keys(everything), MEASURED_KEYS)
    assert.equal(validate({ ...kettle, ...everything }), true)
  })

  it('is refused with a key that the vocabulary does not know', () => {
    assert.equal(validate({ ...kettle, watts: 3 }), false)
  })

  for (const key of ['device_id', 'alias', 'model', 'host', 'timestamp', 'source', 'quality'] as const) {
    it(`is refused without ${key}`, () => {
      const { [key]: _, ...rest } = kettle
      assert.equal(validate(rest), false)
    })
  }

  it('is refused with a timestamp in seconds', () => {
    assert.equal(validate({ ...kettle, timestamp: 1_767_571_200 }), false)
  })

  it('is physical inside every range and is not outside any', () => {
    const numbers = MEASURED_KEYS.filter((key) => MEASURED_FIELDS[key].type === 'number')
    fc.assert(
      fc.property(fc.constantFrom(...numbers), fc.double(), (key, value) => {
        const field = MEASURED_FIELDS[key]
        assert.ok(field.type === 'number')
        const inside = value >= field.minimum && value <= field.maximum
        assert.equal(isPhysical({ ...kettle, power_w: 0, [key]: value }), inside)
      }),
    )
  })

  it('knows its measured keys and no key of Object', () => {
    assert.ok(isMeasuredKey('power_w'))
    for (const key of ['__proto__', 'constructor', 'toString', 'device_id']) assert.equal(isMeasuredKey(key), false)
  })
})
