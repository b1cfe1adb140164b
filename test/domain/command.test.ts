import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { COMMAND_NAMES, parseCommand } from '../../src/domain/command'
import { MonitorError } from '../../src/domain/errors'

function refused(name: unknown, parameters: Record<string, unknown>, field: string): void {
  assert.throws(
    () => parseCommand(name, parameters),
    (error: unknown) => {
      assert.ok(error instanceof MonitorError)
      assert.equal(error.code, 'INPUT_INVALID')
      assert.equal(error.details.field, field)
      return true
    },
  )
}

describe('a command', () => {
  it('without parameters needs only its name', () => {
    for (const name of ['on', 'off', 'toggle', 'reboot'] as const) assert.deepEqual(parseCommand(name), { name })
  })

  it('carries its parameters and nothing else that was given', () => {
    const given = { brightness_pct: 40, extra: 1, hue_deg: 120, saturation_pct: 80 }
    assert.deepEqual(parseCommand('brightness', given), { name: 'brightness', brightness_pct: 40 })
    assert.deepEqual(parseCommand('color', given), {
      name: 'color',
      hue_deg: 120,
      saturation_pct: 80,
      brightness_pct: 40,
    })
  })

  it('takes the brightness along that a colour temperature or an effect is to have', () => {
    for (const command of [
      { name: 'color-temperature', color_temp_k: 3000, brightness_pct: 40 },
      { name: 'effect', effect: 'Aurora', brightness_pct: 40 },
    ]) {
      assert.deepEqual(parseCommand(command.name, command), command)
      refused(command.name, { ...command, brightness_pct: 101 }, 'brightness_pct')
    }
  })

  it('takes an effect by its name, and a delay of 0 for never', () => {
    assert.deepEqual(parseCommand('effect', { effect: ' Candy Cane ' }), { name: 'effect', effect: 'Candy Cane' })
    assert.deepEqual(parseCommand('auto-off', { delay_min: 0 }), { name: 'auto-off', delay_min: 0 })
  })

  it('of a brightness of 300 is refused by name', () =>
    refused('brightness', { brightness_pct: 300 }, 'brightness_pct'))
  it('with a parameter left out is refused by name', () => refused('color', { hue_deg: 3 }, 'saturation_pct'))
  it('that nobody knows is refused', () => refused('explode', {}, 'command'))
  it('that is a key of Object is refused', () => refused('constructor', {}, 'command'))
  it('with an alias of 40 characters is refused', () => refused('alias', { alias: 'x'.repeat(40) }, 'alias'))
  it('with a blank alias is refused', () => refused('alias', { alias: '  ' }, 'alias'))
  it('with a blank effect, or one of 65 characters, is refused', () => {
    for (const effect of [' ', 'x'.repeat(65), 5]) refused('effect', { effect }, 'effect')
  })
  it('to switch off by itself after 1441 minutes is refused', () =>
    refused('auto-off', { delay_min: 1441 }, 'delay_min'))
  it('with text for a switch is refused', () => refused('led', { on: 'yes' }, 'on'))

  it('is refused or parsed, whatever the parameters', () => {
    const parameters = fc.dictionary(fc.string(), fc.anything())
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_NAMES), parameters, (name, given) => {
        try {
          assert.equal(parseCommand(name, given).name, name)
        } catch (error) {
          assert.ok(error instanceof MonitorError && error.code === 'INPUT_INVALID')
        }
      }),
    )
  })
})
