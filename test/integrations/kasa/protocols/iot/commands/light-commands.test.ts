import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Command } from '../../../../../../src/domain/command'
import { bulbOf } from '../../../../../../src/integrations/kasa/protocols/iot/commands/library-device'
import { planForLight } from '../../../../../../src/integrations/kasa/protocols/iot/commands/light-commands'
import { featuresOf, kindOf } from '../../../../../../src/integrations/kasa/protocols/iot/sysinfo'

const LIGHT = { deviceId: 'D', mic_type: 'IOT.SMARTBULB', is_dimmable: 1, is_color: 1, is_variable_color_temp: 1 }

/** What goes to a light of this model for a command. */
async function sentTo(model: string, command: Command, length?: number): Promise<unknown> {
  const sysinfo = { ...LIGHT, model, ...(length === undefined ? {} : { length }) }
  const kind = kindOf(sysinfo)
  const sent: unknown[] = []
  const bulb = bulbOf(sysinfo, kind === 'light-strip', (text) => {
    const request = JSON.parse(text) as Record<string, Record<string, object>>
    sent.push(request)
    const [module = '', methods = {}] = Object.entries(request)[0] ?? []
    const [method = ''] = Object.keys(methods)
    return Promise.resolve(JSON.stringify({ [module]: { [method]: { on_off: 1, err_code: 0 } } }))
  })
  const features = featuresOf(sysinfo, kind)
  const target = { device_id: 'D', kind, model, features, on: false, isPart: false, sysinfo, outlet: undefined }
  await planForLight(command, target, bulb).send()
  return sent[0]
}

describe('commands to Kasa lights', () => {
  it('switch on as the app does, so that a light shows what it is set up to show', async () => {
    for (const name of ['on', 'toggle'] as const) {
      assert.deepEqual(await sentTo('KL430(US)', { name }, 16), {
        'smartlife.iot.lightStrip': { set_light_state: { on_off: 1, ignore_default: 0 } },
      })
      assert.deepEqual(await sentTo('KL110B(UN)', { name }), {
        'smartlife.iot.smartbulb.lightingservice': { transition_light_state: { on_off: 1, ignore_default: 0 } },
      })
    }
  })

  const COLDEST: Command = { name: 'color-temperature', color_temp_k: 9000 }
  const WARMEST: Command = { name: 'color-temperature', color_temp_k: 2500 }
  for (const model of ['KL400L5(US)', 'KL420L5(US)', 'KL430(UN)']) {
    it(`make a light strip as cold and as warm as it can be (${model})`, async () => {
      for (const command of [COLDEST, WARMEST]) {
        const { color_temp_k } = command as { color_temp_k: number }
        assert.deepEqual(await sentTo(model, command, 1), {
          'smartlife.iot.lightStrip': { set_light_state: { ignore_default: 1, on_off: 1, color_temp: color_temp_k } },
        })
      }
    })
  }

  for (const [model, range] of [
    ['LB120(US)', '2700 to 6500'],
    ['KL120(US)', '2700 to 5000'],
    ['KL125(US)', '2500 to 6500'],
  ] as const) {
    it(`name the range of a bulb that cannot be so cold (${model})`, async () => {
      await assert.rejects(sentTo(model, COLDEST), {
        code: 'INPUT_INVALID',
        message: `color_temp_k: 9000 is not allowed; expected ${range} for ${model}`,
      })
    })
  }
})
