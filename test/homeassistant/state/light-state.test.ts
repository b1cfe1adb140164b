import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { DeviceFeature } from '../../../src/domain/device'
import type { DeviceDetails } from '../../../src/domain/device-details'
import type { Reading } from '../../../src/domain/reading'
import { lightStateOf } from '../../../src/homeassistant/state/light-state'
import { knownDevice } from '../../support/known-devices'

const COLORED: readonly DeviceFeature[] = ['brightness', 'color', 'color-temperature']

function light(features: readonly DeviceFeature[], reading: Partial<Reading>, details: Partial<DeviceDetails> = {}) {
  return lightStateOf(knownDevice({ device: { kind: 'bulb', features: ['relay', ...features] }, reading, details }))
}

describe('the state of a light, in the words of Home Assistant', () => {
  it('is on, off or unknown', () => {
    assert.deepEqual(light([], { on: true }), { state: 'ON', color_mode: 'onoff' })
    assert.deepEqual(light(['brightness'], { on: false }), { state: 'OFF', color_mode: 'brightness' })
    assert.deepEqual(light(['brightness'], {}), { state: null, color_mode: 'brightness' })
  })

  it('is white while it tells a colour temperature, and coloured otherwise', () => {
    const color = { on: true, brightness_pct: 44, hue_deg: 9, saturation_pct: 67 }
    assert.deepEqual(light(COLORED, { ...color, color_temp_k: 6500 }), {
      state: 'ON',
      brightness: 44,
      color_mode: 'color_temp',
      color_temp: 6500,
    })
    assert.deepEqual(light(COLORED, color), {
      state: 'ON',
      brightness: 44,
      color_mode: 'hs',
      color: { h: 9, s: 67 },
    })
  })

  it('is a colour without any where a strip has one white only', () => {
    const white = { on: true, color_temp_k: 9000, hue_deg: 0, saturation_pct: 100 }
    assert.deepEqual(light(['brightness', 'color'], white), {
      state: 'ON',
      color_mode: 'hs',
      color: { h: 0, s: 0 },
    })
  })

  it('has no brightness of 0, and none that cannot be', () => {
    assert.equal(light(['brightness'], { on: true, brightness_pct: 0 })?.brightness, 1)
    assert.equal(light(['brightness'], { on: true, brightness_pct: 250, quality: 'suspect' })?.brightness, undefined)
    assert.equal(light(['brightness'], { on: true, brightness_pct: NaN })?.brightness, undefined)
  })

  it('says which effect it plays where it has any', () => {
    assert.equal(light([...COLORED, 'effect'], { on: true }, { effect: 'Aurora' })?.effect, 'Aurora')
    assert.equal(light([...COLORED, 'effect'], { on: true }, { effect: 'off' })?.effect, 'off')
    assert.equal(light(COLORED, { on: true }, { effect: 'Aurora' })?.effect, undefined)
  })

  it('is that of no plug', () => {
    assert.equal(lightStateOf(knownDevice({ device: { kind: 'plug', features: ['relay'] } })), undefined)
    assert.equal(lightStateOf(knownDevice({ reading: { on: true, brightness_pct: 5 } })), undefined)
  })
})
