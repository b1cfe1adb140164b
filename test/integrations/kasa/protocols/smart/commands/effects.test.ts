import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { plan, reading, ScriptedDevice, target } from './scripted-device'

const RULES = {
  rule_list: [
    { id: 'L1', scene_name: '' },
    { id: 'L2', scene_name: Buffer.from('Quiet evening').toString('base64') },
  ],
}
const bulb = (info: object = {}, on = true) => target({ kind: 'bulb', model: 'L530', info: { ...info }, on })
const strip = (lighting_effect: object = { enable: 0 }, on = true) =>
  target({ kind: 'light-strip', model: 'L920', info: { lighting_effect }, on })

describe('effects of smart lights', () => {
  let device: ScriptedDevice

  beforeEach(() => {
    device = new ScriptedDevice()
    device.replies.set('get_dynamic_light_effect_rules', RULES)
    device.replies.set('get_lighting_effect', { enable: 0, id: '', name: '' })
  })

  for (const effect of ['Party', 'party', 'L1']) {
    it(`of a bulb begin by the name that the app has for it, or the id: ${effect}`, async () => {
      const party = plan({ name: 'effect', effect }, device, bulb())
      await party.send()
      assert.deepEqual(device.changes, [
        { method: 'set_dynamic_light_effect_rule_enable', params: { enable: true, id: 'L1' } },
      ])
      const running = { dynamic_light_effect_enable: true, dynamic_light_effect_id: 'L1' }
      assert.equal(await party.isConfirmed?.(reading(), bulb(running)), true)
      assert.equal(await party.isConfirmed?.(reading(), bulb({ ...running, dynamic_light_effect_id: 'L2' })), false)
      assert.equal(await party.isConfirmed?.(reading(), bulb({ dynamic_light_effect_enable: false })), false)
    })
  }

  it('of a bulb have the name that a person gave them', async () => {
    await plan({ name: 'effect', effect: 'quiet evening' }, device, bulb()).send()
    assert.deepEqual(device.changes[0]?.params, { enable: true, id: 'L2' })
    await assert.rejects(plan({ name: 'effect', effect: 'Relax' }, device, bulb()).send(), {
      code: 'COMMAND_UNSUPPORTED',
      message: "L530 has no effect 'Relax'; it has off, Party, Quiet evening",
    })
  })

  it('switch a light on that is off', async () => {
    await plan({ name: 'effect', effect: 'Party' }, device, bulb({}, false)).send()
    await plan({ name: 'effect', effect: 'Aurora' }, device, strip({}, false)).send()
    assert.deepEqual(
      device.changes.map(({ method }) => method),
      ['set_device_info', 'set_dynamic_light_effect_rule_enable', 'set_device_info', 'set_lighting_effect'],
    )
  })

  it('of a bulb begin in the brightness that is wanted', async () => {
    const party = plan({ name: 'effect', effect: 'Party', brightness_pct: 20 }, device, bulb())
    await party.send()
    assert.deepEqual(
      device.changes.map(({ params }) => params),
      [
        { device_on: true, brightness: 20 },
        { enable: true, id: 'L1' },
      ],
    )
    const running = bulb({ dynamic_light_effect_enable: true, dynamic_light_effect_id: 'L1' })
    assert.equal(await party.isConfirmed?.(reading({ brightness_pct: 20 }), running), true)
    assert.equal(await party.isConfirmed?.(reading({ brightness_pct: 90 }), running), false)
  })

  it('of a bulb end, without switching on one that is off', async () => {
    const off = plan({ name: 'effect', effect: 'Off' }, device, bulb({}, false))
    await off.send()
    assert.deepEqual(device.changes, [{ method: 'set_dynamic_light_effect_rule_enable', params: { enable: false } }])
    assert.equal(await off.isConfirmed?.(reading(), bulb({ dynamic_light_effect_enable: false })), true)
    assert.equal(await off.isConfirmed?.(reading(), bulb({ dynamic_light_effect_enable: true })), false)
  })

  it('of a light strip go to it as a whole', async () => {
    const ocean = plan({ name: 'effect', effect: 'OCEAN' }, device, strip())
    await ocean.send()
    assert.deepEqual(device.changes, [
      {
        method: 'set_lighting_effect',
        params: {
          ...{ custom: 0, enable: 1, name: 'Ocean', id: 'TapoStrip_0fOleCdwSgR0nfjkReeYfw', brightness: 100 },
          ...{ type: 'sequence', direction: 3, duration: 0, expansion_strategy: 1, repeat_times: 0, segments: [0] },
          sequence: [
            [198, 84, 30],
            [198, 70, 30],
            [198, 10, 30],
          ],
          ...{ spread: 16, transition: 2000, display_colors: [[198, 84, 100]] },
        },
      },
    ])
    const shown = { enable: 1, id: 'TapoStrip_0fOleCdwSgR0nfjkReeYfw', name: 'Ocean' }
    assert.equal(await ocean.isConfirmed?.(reading(), strip(shown)), true)
    assert.equal(await ocean.isConfirmed?.(reading(), strip({ ...shown, enable: 0 })), false)
    assert.equal(await ocean.isConfirmed?.(reading(), strip({ ...shown, id: 'X', name: 'Icicle' })), false)
  })

  const OWN = { custom: 1, enable: 0, id: 'abc', name: 'Mine', brightness: 70, type: 'sequence', sequence: [[1, 2, 3]] }

  it('of a light strip may be of its own making, which it gets back without what nobody knows', async () => {
    device.replies.set('get_lighting_effect', { ...OWN, spread: 8, secret: 'x', segments: [0, 'y'], bAdjusted: 1 })
    await plan({ name: 'effect', effect: 'mine' }, device, strip()).send()
    assert.deepEqual(device.changes[0]?.params, { ...OWN, enable: 1, spread: 8, segments: [0] })
    device.sent.length = 0
    await plan({ name: 'effect', effect: 'off' }, device, strip()).send()
    assert.deepEqual(device.changes[0]?.params, { ...OWN, enable: 0, spread: 8, segments: [0] })
  })

  it('that a strip does not have are refused with the names of those that it has', async () => {
    device.replies.set('get_lighting_effect', OWN)
    await assert.rejects(plan({ name: 'effect', effect: 'Disco' }, device, strip()).send(), {
      code: 'COMMAND_UNSUPPORTED',
      message: /^L920 has no effect 'Disco'; it has off, Aurora, .*Sunset, Valentines, Mine$/,
    })
    assert.deepEqual(device.changes, [])
  })

  it('are none with which a strip shows that it joins a network', async () => {
    device.replies.set('get_lighting_effect', { custom: 0, enable: 0, id: '', name: 'station', brightness: 50 })
    await assert.rejects(plan({ name: 'effect', effect: 'station' }, device, strip()).send(), {
      code: 'COMMAND_UNSUPPORTED',
      message: /^L920 has no effect 'station'; it has off, Aurora, .*Sunset, Valentines$/,
    })
  })

  it('of a light strip go on brighter or darker, where it plays one', async () => {
    const running = { enable: 1, brightness: 80, name: 'Aurora' }
    const darker = { name: 'brightness', brightness_pct: 20 } as const
    await plan(darker, device, strip(running)).send()
    await plan(darker, device, strip(running, false)).send()
    await plan(darker, device, strip({ ...running, enable: 0 })).send()
    await plan(darker, device, strip({ ...running, brightness: 0 })).send()
    const plain = { method: 'set_device_info', params: { device_on: true, brightness: 20 } }
    assert.deepEqual(device.changes, [
      { method: 'set_lighting_effect', params: { brightness: 20, bAdjusted: true } },
      ...[plain, plain, plain],
    ])
  })
})
