import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beforeEach, describe, it } from 'mocha'
import type { Command } from '../../../../../../src/domain/command'
import { MonitorError } from '../../../../../../src/domain/errors'
import { plan, reading, ScriptedDevice, target } from './scripted-device'

const set = (params: object) => [{ method: 'set_device_info', params }]

describe('commands to smart devices', () => {
  let device: ScriptedDevice

  beforeEach(() => {
    device = new ScriptedDevice()
  })

  const SETTING: readonly [command: Command, params: object][] = [
    [{ name: 'on' }, { device_on: true }],
    [{ name: 'off' }, { device_on: false }],
    [{ name: 'toggle' }, { device_on: false }],
    [
      { name: 'brightness', brightness_pct: 40 },
      { device_on: true, brightness: 40 },
    ],
    [{ name: 'brightness', brightness_pct: 0 }, { device_on: false }],
    [
      { name: 'color', hue_deg: 360, saturation_pct: 75 },
      { device_on: true, hue: 0, saturation: 75, color_temp: 0 },
    ],
    [
      { name: 'color', hue_deg: 240, saturation_pct: 75, brightness_pct: 5 },
      { device_on: true, hue: 240, saturation: 75, color_temp: 0, brightness: 5 },
    ],
    [
      { name: 'color-temperature', color_temp_k: 2700 },
      { device_on: true, color_temp: 2700 },
    ],
    [{ name: 'alias', alias: 'Kühlschrank' }, { nickname: 'S8O8aGxzY2hyYW5r' }],
  ]
  for (const [command, params] of SETTING) {
    it(`say what is wanted in one call: ${JSON.stringify(command)}`, async () => {
      await plan(command, device).send()
      assert.deepEqual(device.sent, set(params))
    })
  }

  it('are confirmed by what the device says afterwards', async () => {
    const dim = plan({ name: 'brightness', brightness_pct: 40 }, device)
    assert.equal(await dim.isConfirmed?.(reading({ on: true, brightness_pct: 40 }), target()), true)
    assert.equal(await dim.isConfirmed?.(reading({ on: true, brightness_pct: 41 }), target()), false)
    assert.equal(await dim.isConfirmed?.(reading({ brightness_pct: 40 }), target()), false)
    const name = plan({ name: 'alias', alias: 'Lamp' }, device)
    assert.equal(await name.isConfirmed?.(reading({ alias: 'Lamp' }), target()), true)
    assert.equal(await name.isConfirmed?.(reading({ alias: 'Other' }), target()), false)
  })

  it('cannot toggle what does not say whether it is on', () => {
    assert.throws(() => plan({ name: 'toggle' }, device, target({ on: undefined })), { code: 'REPLY_INVALID' })
  })

  it('go to a child through its parent', async () => {
    await plan({ name: 'on' }, device, target({ child_id: 'C1', isPart: true })).send()
    assert.deepEqual(device.sent, [{ method: 'set_device_info', params: { device_on: true }, child_id: 'C1' }])
  })

  it('switch each outlet of a strip that has no switch of its own', async () => {
    await plan({ name: 'off' }, device, target({ switched_children: ['C1', 'C2'] })).send()
    assert.deepEqual(
      device.sent.map(({ child_id, params }) => [child_id, params]),
      [
        ['C1', { device_on: false }],
        ['C2', { device_on: false }],
      ],
    )
  })

  it('name the range of the model where a colour temperature is out of it', () => {
    const bulb = target({ info: { color_temp_range: [2500, 6500] }, model: 'L530' })
    assert.throws(() => plan({ name: 'color-temperature', color_temp_k: 7000 }, device, bulb), {
      code: 'INPUT_INVALID',
      message: 'color_temp_k: 7000 is not allowed; expected 2500 to 6500 for L530',
    })
    assert.ok(plan({ name: 'color-temperature', color_temp_k: 6500 }, device, bulb))
  })

  it('are refused where the device has no part for it, and for the restart of a child', () => {
    const bare = target({ features: [] })
    for (const command of [{ name: 'on' }, { name: 'led', on: true }, { name: 'auto-off', delay_min: 5 }] as const) {
      assert.throws(() => plan(command, device, bare), { code: 'COMMAND_UNSUPPORTED' })
    }
    assert.throws(() => plan({ name: 'reboot' }, device, target({ isPart: true })), { code: 'COMMAND_UNSUPPORTED' })
    assert.deepEqual(device.sent, [])
  })

  it('restart a device, and have nothing to confirm it with', async () => {
    const reboot = plan({ name: 'reboot' }, device)
    await reboot.send()
    assert.equal(reboot.isConfirmed, undefined)
    assert.deepEqual(device.sent, [{ method: 'device_reboot', params: { delay: 1 } }])
  })

  it('light the LED or not, and leave when it is night and how bright it is', async () => {
    const night_mode = { night_mode_type: 'custom', start_time: 1320, end_time: 420 }
    const bri_config = { bri_type: 'overall', overall_bri: 50 }
    const foreign = { led_status: true, ['__proto__']: { polluted: true }, other: 1 }
    device.replies.set('get_led_info', { led_rule: 'auto', night_mode, bri_config, ...foreign })
    const led = plan({ name: 'led', on: false }, device)
    await led.send()
    assert.deepEqual(device.changes, [
      { method: 'set_led_info', params: { night_mode, bri_config, led_rule: 'never' } },
    ])
    assert.equal(await led.isConfirmed?.(reading(), target()), false)
    device.replies.set('get_led_info', { led_rule: 'never' })
    assert.equal(await led.isConfirmed?.(reading(), target()), true)
  })

  it('lock the buttons of a valve among the rest, of another device by themselves', async () => {
    const valve = (child_protection: boolean) => target({ info: { child_protection } })
    const ofValve = plan({ name: 'child-lock', on: true }, device, valve(false))
    await ofValve.send()
    assert.equal(await ofValve.isConfirmed?.(reading(), valve(false)), false)
    assert.equal(await ofValve.isConfirmed?.(reading(), valve(true)), true)
    const ofOther = plan({ name: 'child-lock', on: true }, device)
    await ofOther.send()
    device.replies.set('get_child_protection', { child_protection: false })
    assert.equal(await ofOther.isConfirmed?.(reading(), target()), false)
    device.replies.set('get_child_protection', { child_protection: true })
    assert.equal(await ofOther.isConfirmed?.(reading(), target()), true)
    assert.deepEqual(device.changes, [
      { method: 'set_device_info', params: { child_protection: true } },
      { method: 'set_child_protection', params: { enable: true } },
    ])
  })

  it('limit the power within what the device can, and leave it the limit where they end that', async () => {
    device.replies.set('get_max_power', { max_power: 2465 })
    const too_much = plan({ name: 'power-protection', limit_w: 2466 }, device)
    await assert.rejects(too_much.send(), {
      code: 'INPUT_INVALID',
      message: 'limit_w: 2466 is not allowed; expected 0 to 2465 for P110(EU)',
    })
    const limit = plan({ name: 'power-protection', limit_w: 2000 }, device)
    await limit.send()
    device.replies.set('get_protection_power', { enabled: true, protection_power: 1999 })
    assert.equal(await limit.isConfirmed?.(reading(), target()), false)
    device.replies.set('get_protection_power', { enabled: true, protection_power: 2000 })
    assert.equal(await limit.isConfirmed?.(reading(), target()), true)
    const none = plan({ name: 'power-protection', limit_w: 0 }, device)
    await none.send()
    assert.equal(await none.isConfirmed?.(reading(), target()), false)
    assert.deepEqual(
      device.changes.map(({ params }) => params),
      [
        { enabled: true, protection_power: 2000 },
        { enabled: false, protection_power: 2000 },
      ],
    )
  })

  it('have a light fade, on and off apart where it has a time for each', async () => {
    await plan({ name: 'smooth-transitions', on: true }, device).send()
    const states = { on_state: { enable: true, duration: 5, max_duration: 30 }, off_state: { enable: false } }
    device.replies.set('get_on_off_gradually_info', states)
    const on = plan({ name: 'smooth-on', transition_s: 0 }, device)
    await on.send()
    assert.equal(await on.isConfirmed?.(reading(), target()), false)
    const off = plan({ name: 'smooth-off', transition_s: 10 }, device)
    await off.send()
    device.replies.set('get_on_off_gradually_info', { ...states, off_state: { enable: true, duration: 10 } })
    assert.equal(await off.isConfirmed?.(reading(), target()), true)
    await assert.rejects(plan({ name: 'smooth-on', transition_s: 31 }, device).send(), { code: 'INPUT_INVALID' })
    assert.deepEqual(
      device.changes.map(({ params }) => params),
      [{ enable: true }, { on_state: { enable: false, duration: 5 } }, { off_state: { enable: true, duration: 10 } }],
    )
  })

  it('say whether firmware is installed by itself, and leave when', async () => {
    device.replies.set('get_auto_update_info', { enable: true, random_range: 120, time: 180, ['__proto__']: {} })
    const update = plan({ name: 'auto-update', on: false }, device)
    await update.send()
    assert.equal(await update.isConfirmed?.(reading(), target()), false)
    const params = { enable: false, time: 180, random_range: 120 }
    assert.deepEqual(device.changes, [{ method: 'set_auto_update_info', params }])
  })

  it('switch a device off by itself, and leave it the delay where they end that', async () => {
    const set_after = plan({ name: 'auto-off', delay_min: 30 }, device)
    await set_after.send()
    device.replies.set('get_auto_off_config', { enable: true, delay_min: 30 })
    assert.equal(await set_after.isConfirmed?.(reading(), target()), true)
    const never = plan({ name: 'auto-off', delay_min: 0 }, device)
    await never.send()
    assert.equal(await never.isConfirmed?.(reading(), target()), false)
    assert.deepEqual(
      device.changes.map(({ params }) => params),
      [
        { enable: true, delay_min: 30 },
        { enable: false, delay_min: 30 },
      ],
    )
  })

  it('add a countdown, or put it in the place of the one that there is', async () => {
    const rule = { enable: true, delay: 60, remain: 60, desired_states: { on: false } }
    const countdown = plan({ name: 'countdown', delay_s: 60, on: false }, device)
    device.replies.set('get_countdown_rules', { rule_list: [] })
    await countdown.send()
    assert.equal(await countdown.isConfirmed?.(reading(), target()), false)
    device.replies.set('get_countdown_rules', { rule_list: [{ id: 'C1', ...rule }] })
    assert.equal(await countdown.isConfirmed?.(reading(), target()), true)
    await countdown.send()
    assert.deepEqual(device.changes, [
      { method: 'add_countdown_rule', params: rule },
      { method: 'edit_countdown_rule', params: { id: 'C1', ...rule } },
    ])
  })

  const ERRORS: readonly [error_code: number, code: string][] = [
    [-1002, 'COMMAND_UNSUPPORTED'],
    [-1008, 'DEVICE_REFUSED'],
    [-1301, 'DEVICE_REFUSED'],
    [9999, 'SESSION_REFUSED'],
    [-1501, 'LOGIN_REFUSED'],
  ]
  for (const [error_code, code] of ERRORS) {
    it(`tell what the device's error ${error_code} means, of its own and of a child: ${code}`, async () => {
      device.replies.set('set_device_info', error_code)
      await assert.rejects(plan({ name: 'on' }, device).send(), { code })
      await assert.rejects(plan({ name: 'on' }, device, target({ child_id: 'C1' })).send(), { code })
      assert.deepEqual(device.failures, error_code === 9999 || error_code === -1501 ? [code, code] : [])
    })
  }

  it('end with an error of ours, whatever the device answers', async () => {
    const commands: readonly Command[] = [
      { name: 'led', on: true },
      { name: 'auto-off', delay_min: 0 },
      { name: 'auto-update', on: true },
      { name: 'smooth-on', transition_s: 3 },
      { name: 'power-protection', limit_w: 5 },
      { name: 'countdown', delay_s: 5, on: true },
      { name: 'effect', effect: 'Party' },
      { name: 'effect', effect: 'off' },
    ]
    const replies = fc.oneof(
      fc.json(),
      fc.json().map((result) => `{"error_code":0,"result":${result}}`),
    )
    const info = fc.constantFrom({}, { lighting_effect: {} })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), replies, info, async (command, reply, about) => {
        const scripted = Object.assign(new ScriptedDevice(), { send: () => Promise.resolve(reply) })
        try {
          const wanted = plan(command, scripted, target({ info: about }))
          await wanted.send()
          assert.equal(typeof (await wanted.isConfirmed?.(reading(), target({ info: about }))), 'boolean')
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError && thrown.code !== 'INTERNAL', String(thrown))
        }
      }),
    )
  })
})
