import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { BULB_MAKERS, DIMMER_MAKERS, LIGHT_STRIP_MAKERS } from '../../../src/simulator/models/makers'
import { FakeClock } from '../../support/fake-clock'
import { asked } from './party'

describe('a simulated light that knows the newer commands', () => {
  it('shines as it is told, within its ranges', () => {
    const bulb = asked(new FakeClock(), BULB_MAKERS['L530E(EU)'], { brightness_pct: 60 })
    const info = () => bulb.result('get_device_info')
    assert.deepEqual([info().model, info().brightness, info().color_temp], ['L530', 60, 2700])
    assert.equal(bulb.code('set_device_info', { hue: 120, saturation: 80, color_temp: 0, brightness: 40 }), 0)
    assert.deepEqual([info().hue, info().saturation, info().color_temp, info().brightness], [120, 80, 0, 40])
    assert.equal(bulb.code('set_device_info', { color_temp: 4000 }), 0)
    assert.equal(info().color_temp, 4000)
    for (const wanted of [{ brightness: 0 }, { hue: 361 }, { saturation: -1 }, { color_temp: 2000 }, { hue: '1' }]) {
      assert.equal(bulb.code('set_device_info', wanted), -1008, JSON.stringify(wanted))
    }
    assert.ok(Math.abs((bulb.model.outlets[0]?.meter?.power_w ?? 0) - 9 * 0.4) < 1e-9)
  })

  it('knows only what its model can', () => {
    const white = asked(new FakeClock(), BULB_MAKERS['L510E(EU)'], {})
    assert.equal(white.code('set_device_info', { brightness: 1 }), 0)
    assert.equal(white.code('set_device_info', { hue: 1 }), -1008)
    assert.equal(white.code('get_dynamic_light_effect_rules'), -1002)
    const dimmer = asked(new FakeClock(), DIMMER_MAKERS['S505D(US)'], { brightness_pct: 30 })
    assert.equal(dimmer.result('get_device_info').brightness, 30)
    assert.equal(dimmer.code('set_device_info', { color_temp: 3000 }), -1008)
  })

  it('plays an effect until it gets another look', () => {
    const bulb = asked(new FakeClock(), BULB_MAKERS['L530E(EU)'], {})
    const enabled = () => bulb.result('get_device_info').dynamic_light_effect_enable
    assert.equal(bulb.code('set_dynamic_light_effect_rule_enable', { enable: true, id: 'L9' }), -1008)
    assert.equal(bulb.code('set_dynamic_light_effect_rule_enable', { enable: true, id: 'L1' }), 0)
    const rules = bulb.result('get_dynamic_light_effect_rules', { start_index: 0 })
    assert.deepEqual([enabled(), rules.enable, rules.current_rule_id], [true, true, 'L1'])
    assert.equal(bulb.code('set_device_info', { brightness: 30 }), 0)
    assert.equal(enabled(), true)
    assert.equal(bulb.code('set_device_info', { hue: 30 }), 0)
    assert.equal(enabled(), false)
    const strip = asked(new FakeClock(), LIGHT_STRIP_MAKERS['L930-5(EU)'], {})
    const effect = { enable: 1, name: 'Aurora', id: 'x', custom: 0, brightness: 80, display_colors: [[120, 100, 100]] }
    assert.equal(strip.code('set_lighting_effect', { ...effect, enable: true }), -1008)
    assert.equal(strip.code('set_lighting_effect', { ...effect, duration: 600 }), 0)
    assert.deepEqual(strip.result('get_device_info').lighting_effect, effect)
    assert.equal(strip.result('get_lighting_effect').duration, 600)
    assert.equal(strip.code('set_lighting_effect', { brightness: 20, bAdjusted: true }), 0)
    const { brightness, name } = strip.result('get_lighting_effect')
    assert.deepEqual([brightness, name], [20, 'Aurora'])
    for (const look of [{ color_temp: 2600 }, { brightness: 60 }]) {
      assert.equal(strip.code('set_lighting_effect', effect), 0)
      assert.equal(strip.code('set_device_info', look), 0)
      assert.equal(strip.result('get_lighting_effect').enable, 0)
    }
  })
})
