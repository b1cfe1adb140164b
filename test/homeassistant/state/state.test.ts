import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { DETAIL_KEYS } from '../../../src/domain/device-details'
import { MEASURED_FIELDS, MEASURED_KEYS, type Reading } from '../../../src/domain/reading'
import { lightStateOf } from '../../../src/homeassistant/state/light-state'
import { stateOf } from '../../support/state-of'
import { knownDevice } from '../../support/known-devices'

const NOW = Date.UTC(2026, 0, 5)
const EVERYTHING = [...MEASURED_KEYS, ...DETAIL_KEYS, 'energy_cost'] as const

/** Whatever numbers and flags a reading may hold, those that cannot be among them. */
const readings = fc.record(
  Object.fromEntries(
    MEASURED_KEYS.map((key) => [key, MEASURED_FIELDS[key].type === 'boolean' ? fc.boolean() : fc.double()]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<Reading>>

describe('a state', () => {
  it('has what the device has ever told, and what can be set, with null where it is unknown', () => {
    const known = knownDevice({
      device: { kind: 'plug', features: ['relay', 'energy', 'led', 'auto-off'] },
      reading: { power_w: 61.7531234 },
      details: { led: true, ssid: 'home' },
      keys: ['voltage_v', 'energy_cost'],
    })
    assert.deepEqual(stateOf(known), {
      on: null,
      power_w: 61.753,
      voltage_v: null,
      led: true,
      auto_off_min: null,
      ssid: 'home',
      energy_cost: null,
      offline_reason: null,
      last_seen: NOW,
    })
  })

  it('is of nothing before the first reading', () => {
    const known = knownDevice({ keys: ['on', 'power_w'] })
    assert.deepEqual(stateOf(known), { on: null, power_w: null, offline_reason: null, last_seen: null })
  })

  it('leaves out what is no power of any plug', () => {
    const reading = { power_w: 1e6, voltage_v: 230, quality: 'suspect' } as const
    const { power_w, voltage_v } = stateOf(knownDevice({ reading }))
    assert.deepEqual([power_w, voltage_v], [null, 230])
  })

  it('keeps what a counter has counted between polls', () => {
    assert.equal(stateOf(knownDevice({ reading: { energy_kwh: 0.00042 } })).energy_kwh, 0.0004)
  })

  it('has finite numbers and the same keys, whatever a reading says', () => {
    const device = { kind: 'light-strip', features: ['relay', 'brightness', 'color', 'color-temperature'] } as const
    const keys = Object.keys(stateOf(knownDevice({ device, keys: EVERYTHING })))
    fc.assert(
      fc.property(readings, (reading) => {
        const known = knownDevice({ device, reading, keys: EVERYTHING })
        const state = stateOf(known)
        assert.deepEqual(Object.keys(state), keys)
        for (const value of Object.values(state)) assert.ok(typeof value !== 'number' || Number.isFinite(value))
        // JSON knows neither NaN nor Infinity: both would come back as null.
        const light = lightStateOf(known)
        assert.deepEqual(JSON.parse(JSON.stringify([state, light])), [state, light])
      }),
    )
  })
})
