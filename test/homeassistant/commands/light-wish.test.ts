import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { lightWish } from '../../../src/homeassistant/commands/light-wish'

function refused(given: object, code: string, field: string): void {
  assert.throws(
    () => lightWish(given),
    (error) => error instanceof MonitorError && error.code === code && error.details.field === field,
  )
}

describe('what Home Assistant writes to a light', () => {
  it('is its state, brightness, colour temperature, colour or effect', () => {
    assert.deepEqual(lightWish('{"state":"ON"}'), { on: true })
    assert.deepEqual(lightWish('{"state":"OFF"}'), { on: false })
    assert.deepEqual(lightWish({ state: 'ON', brightness: 40, color_temp: 2700 }), {
      on: true,
      brightness_pct: 40,
      color_temp_k: 2700,
      nearest: true,
    })
    assert.deepEqual(lightWish({ state: 'ON', effect: 'Party' }), { on: true, effect: 'Party' })
  })

  it('is the nearest whole colour to where somebody touched the wheel', () => {
    assert.deepEqual(lightWish({ color: { h: 327.062, s: 41.569 } }), { color: { hue_deg: 327, saturation_pct: 42 } })
    assert.deepEqual(lightWish({ color: { h: 359.9, s: 0 } }), { color: { hue_deg: 360, saturation_pct: 0 } })
  })

  it('may ask for a transition or a flash, although no light has announced them', () => {
    assert.deepEqual(lightWish({ state: 'ON', transition: 2.5 }), { on: true, transition: 3 })
    refused({ state: 'ON', transition: -1 }, 'INPUT_INVALID', 'transition')
    assert.deepEqual(lightWish({ state: 'ON', flash: 10 }), { on: true, flash: true })
  })

  it('may be warmer or colder than any light is', () => {
    assert.deepEqual(lightWish({ color_temp: 20_000 }), { color_temp_k: 20_000, nearest: true })
    assert.deepEqual(lightWish({ color_temp: 1500 }), { color_temp_k: 1500, nearest: true })
  })

  it('is refused by the key that is wrong', () => {
    refused({ state: 'TOGGLE' }, 'INPUT_INVALID', 'state')
    refused({ state: null }, 'INPUT_INVALID', 'state')
    refused({ brightness: 255 }, 'INPUT_INVALID', 'brightness')
    refused({ brightness: 50.5 }, 'INPUT_INVALID', 'brightness')
    refused({ color_temp: 370 }, 'INPUT_INVALID', 'color_temp')
    refused({ color: { h: 1, s: 101 } }, 'INPUT_INVALID', 's')
    refused({ color: { r: 1, g: 1, b: 1 } }, 'INPUT_INVALID', 'r')
    refused({ color: 'red' }, 'INPUT_INVALID', 'color')
    refused({ effect: 5 }, 'INPUT_INVALID', 'effect')
    refused({ white: 5 }, 'INPUT_INVALID', 'white')
    refused([], 'INPUT_INVALID', 'light')
  })
})
