import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { FEATURE_BY_COMMAND } from '../../../src/domain/command'
import { DEVICE_FEATURES, type Device } from '../../../src/domain/device'
import { MonitorError } from '../../../src/domain/errors'
import { planCommands } from '../../../src/homeassistant/commands/plan-commands'
import type { Wish } from '../../../src/homeassistant/commands/wish'
import { knownDevice } from '../../support/known-devices'
import { BULB, known, PLUG } from './desk-bench'

const EVERYTHING = known('all', { kind: 'bulb', features: DEVICE_FEATURES })

function refused(wish: Wish, device: ReturnType<typeof known>, code: string, field: string): MonitorError {
  try {
    planCommands(wish, device)
  } catch (error) {
    assert.ok(error instanceof MonitorError)
    assert.deepEqual([error.code, error.details.field], [code, field])
    return error
  }
  return assert.fail('it was planned')
}

describe('the commands that fulfil a wish', () => {
  it('are as few as there can be for a light, because each takes the brightness along', () => {
    const plan = (wish: Wish) => planCommands(wish, known('bulb', BULB))
    const color = { hue_deg: 240, saturation_pct: 75 }
    assert.deepEqual(plan({ on: true, color, brightness_pct: 30 }), [{ name: 'color', ...color, brightness_pct: 30 }])
    assert.deepEqual(plan({ on: true, color_temp_k: 2700, brightness_pct: 30 }), [
      { name: 'color-temperature', color_temp_k: 2700, brightness_pct: 30 },
    ])
    assert.deepEqual(plan({ on: true, effect: 'candy cane', brightness_pct: 30 }), [
      { name: 'effect', effect: 'Candy Cane', brightness_pct: 30 },
    ])
    assert.deepEqual(plan({ on: true, brightness_pct: 30 }), [{ name: 'brightness', brightness_pct: 30 }])
    assert.deepEqual(plan({ on: true }), [{ name: 'on' }])
    assert.deepEqual(planCommands({ on: true, light_preset: 2 }, EVERYTHING), [{ name: 'light-preset', preset: 2 }])
    assert.deepEqual(plan({ brightness_pct: 0 }), [{ name: 'brightness', brightness_pct: 0 }])
    assert.deepEqual(plan({ on: true, transition: 2 }), [{ name: 'on' }])
    assert.deepEqual(plan({ transition: 2 }), [])
  })

  it('end an effect before another look is asked for', () => {
    assert.deepEqual(planCommands({ effect: 'OFF', brightness_pct: 30, on: true }, known('bulb', BULB)), [
      { name: 'effect', effect: 'off' },
      { name: 'brightness', brightness_pct: 30 },
    ])
  })

  it('set what holds from then on first, and switch off last', () => {
    const wish: Wish = {
      ...{ on: false, reboot: true, countdown: { delay_s: 60, on: true }, brightness_pct: 20 },
      ...{ alias: 'Lamp', led: false, auto_off_min: 30, child_lock: true, auto_update: true, motion_sensor: false },
      ...{ power_limit_w: 2000, smooth_transitions: true, smooth_on_s: 2, smooth_off_s: 3 },
    }
    const names = planCommands(wish, EVERYTHING).map(({ name }) => name)
    const smooth = ['smooth-transitions', 'smooth-on', 'smooth-off']
    const protection = ['auto-update', 'motion-sensor', 'power-protection']
    const settings = ['alias', 'led', 'child-lock', ...protection, ...smooth, 'auto-off']
    assert.deepEqual(names, [...settings, 'brightness', 'countdown', 'off', 'reboot'])
  })

  it('switch a plug on before its countdown begins, and after its delay is set', () => {
    const wish: Wish = { countdown: { delay_s: 60, on: false }, on: true, auto_off_min: 30 }
    assert.deepEqual(
      planCommands(wish, known('plug')).map(({ name }) => name),
      ['auto-off', 'on', 'countdown'],
    )
  })

  it('switch all of a strip', () => {
    assert.deepEqual(planCommands({ on: 'toggle' }, known('strip', { kind: 'strip', features: ['relay'] })), [
      { name: 'toggle' },
    ])
  })

  it('are refused for what the device has no part for', () => {
    const plug = known('plug', PLUG)
    for (const [wish, key] of [
      [{ brightness_pct: 20 }, 'brightness_pct'],
      [{ brightness_pct: 0 }, 'brightness_pct'],
      [{ color: { hue_deg: 1, saturation_pct: 1 } }, 'color'],
      [{ color_temp_k: 3000 }, 'color_temp_k'],
      [{ effect: 'Party' }, 'effect'],
      [{ effect: 'off' }, 'effect'],
      [{ child_lock: true }, 'child_lock'],
    ] as const) {
      refused(wish, plug, 'COMMAND_UNSUPPORTED', key)
      refused({ ...wish, led: true }, plug, 'COMMAND_UNSUPPORTED', key)
    }
    const outlet = known('outlet', { kind: 'outlet', features: ['relay'], parent_id: 'strip' })
    refused({ reboot: true }, outlet, 'COMMAND_UNSUPPORTED', 'reboot')
    refused({ on: true }, known('sensor', { kind: 'sensor', features: [] }), 'COMMAND_UNSUPPORTED', 'on')
  })

  it('are refused with the range of this very light', () => {
    const bulb = known('bulb', BULB)
    const warm = refused({ color_temp_k: 9000 }, bulb, 'INPUT_INVALID', 'color_temp_k')
    assert.deepEqual([warm.details.value, warm.details.range], [9000, 'a whole number from 2500 to 6500'])
    const effect = refused({ effect: 'Aurora' }, bulb, 'INPUT_INVALID', 'effect')
    assert.equal(effect.details.range, 'one of off, Party, Candy Cane')
    refused({ alias: 'x'.repeat(32) }, bulb, 'INPUT_INVALID', 'alias')
  })

  it('make a light as warm or cold as it can be where the nearest will do', () => {
    const temperatureIn = (color_temp_k: number, device = known('bulb', BULB)) => {
      const [command] = planCommands({ color_temp_k, nearest: true }, device)
      return command?.name === 'color-temperature' && command.color_temp_k
    }
    assert.deepEqual([temperatureIn(9000), temperatureIn(1500), temperatureIn(3000)], [6500, 2500, 3000])
    const warm = known('bulb', { ...BULB, color_temp_range: { minimum_k: 2200, maximum_k: 6500 } })
    assert.equal(temperatureIn(2000, warm), 2500)
    assert.equal(temperatureIn(20_000, knownDevice({ reading: { on: true } })), 9000)
  })

  it('are refused where a wish contradicts itself', () => {
    const color = { hue_deg: 1, saturation_pct: 1 }
    refused({ on: 'toggle', brightness_pct: 5 }, EVERYTHING, 'INPUT_INVALID', 'on')
    refused({ on: true, brightness_pct: 0 }, EVERYTHING, 'INPUT_INVALID', 'brightness_pct')
    refused({ color, color_temp_k: 3000 }, EVERYTHING, 'INPUT_INVALID', 'color_temp_k')
    refused({ color, effect: 'Party' }, EVERYTHING, 'INPUT_INVALID', 'effect')
    refused({ light_preset: 2, brightness_pct: 50 }, EVERYTHING, 'INPUT_INVALID', 'light_preset')
    refused({ light_preset: 2, on: 'toggle' }, EVERYTHING, 'INPUT_INVALID', 'on')
  })

  it('are left to a device that nobody has described', () => {
    const stranger = knownDevice({ reading: { on: true } })
    assert.deepEqual(planCommands({ color_temp_k: 2500, on: true }, stranger), [
      { name: 'color-temperature', color_temp_k: 2500 },
    ])
  })

  it('never ask a device for what it cannot do, whatever is wished', () => {
    const range = (minimum: number, maximum: number) => fc.integer({ min: minimum, max: maximum })
    const wishes = fc.record<Wish>(
      {
        on: fc.constantFrom(true, false, 'toggle' as const),
        brightness_pct: range(0, 100),
        color_temp_k: range(2500, 9000),
        color: fc.record({ hue_deg: range(0, 360), saturation_pct: range(0, 100) }),
        effect: fc.constantFrom('off', 'Party', 'none'),
        led: fc.boolean(),
        auto_off_min: range(0, 1440),
        child_lock: fc.boolean(),
        auto_update: fc.boolean(),
        motion_sensor: fc.boolean(),
        power_limit_w: range(0, 4000),
        light_preset: range(1, 16),
        smooth_transitions: fc.boolean(),
        smooth_on_s: range(0, 60),
        smooth_off_s: range(0, 60),
        countdown: fc.record({ delay_s: range(1, 86_399), on: fc.boolean() }),
        alias: fc.string(),
        reboot: fc.constant(true as const),
      },
      { requiredKeys: [] },
    )
    const features = fc.uniqueArray(fc.constantFrom(...DEVICE_FEATURES))
    fc.assert(
      fc.property(wishes, features, (wish, has) => {
        const device: Pick<Device, 'kind' | 'features'> = { kind: 'bulb', features: has }
        try {
          for (const { name } of planCommands(wish, known('any', device))) {
            const needed = FEATURE_BY_COMMAND[name]
            assert.ok(needed === undefined || has.includes(needed))
          }
        } catch (error) {
          assert.ok(error instanceof MonitorError, String(error))
          assert.ok(['INPUT_INVALID', 'COMMAND_UNSUPPORTED'].includes(error.code))
        }
      }),
    )
  })
})
