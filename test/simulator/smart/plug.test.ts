import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { PLUG_MAKERS, SWITCH_MAKERS } from '../../../src/simulator/models/makers'
import { FakeClock } from '../../support/fake-clock'
import { asked, DEVICE_ID, type Asked } from './party'

const HOUR_MS = 3_600_000

describe('a simulated plug that knows the newer commands', () => {
  let clock: FakeClock
  let plug: Asked

  beforeEach(() => {
    clock = new FakeClock(new Date(2026, 0, 5, 12).getTime())
    plug = asked(clock, PLUG_MAKERS['P110(EU)'], { alias: 'Kühlschrank', power: 100 })
  })

  it('says who it is and what it can do', () => {
    const info = plug.result('get_device_info')
    assert.equal(info.device_id, DEVICE_ID)
    assert.equal(info.mac, '50-C7-BF-00-00-01')
    assert.equal(info.model, 'P110')
    assert.equal(info.type, 'SMART.TAPOPLUG')
    assert.equal(Buffer.from(String(info.nickname), 'base64').toString(), 'Kühlschrank')
    assert.deepEqual([info.device_on, info.on_time], [true, 0])
    assert.equal(info.overcurrent_status, 'normal')
    assert.deepEqual([plug.model.model, plug.model.alias], ['P110(EU)', 'Kühlschrank'])
    const { component_list } = plug.result('component_nego')
    assert.ok((component_list as object[]).some((item) => 'id' in item && item.id === 'energy_monitoring'))
  })

  it('answers several requests at once, up to the first that it cannot answer', () => {
    const methods = ['get_device_info', 'get_nothing', 'get_current_power']
    const { responses } = plug.result('multipleRequest', { requests: methods.map((method) => ({ method })) })
    const answered = (responses as { method: string; error_code: number }[]).map(
      ({ method, error_code }) => `${method} ${error_code}`,
    )
    assert.deepEqual(answered, ['get_device_info 0', 'get_nothing -1002'])
  })

  it('refuses batches where the firmware is too old for them', () => {
    const old = asked(clock, PLUG_MAKERS['P100(US)'], {})
    assert.equal(old.code('multipleRequest', { requests: [{ method: 'get_device_info' }] }), -1003)
    assert.equal(old.code('get_device_info'), 0)
  })

  it('refuses what is no request, no method and no value of it', () => {
    assert.equal(plug.text('{"method":').error_code, -1003)
    assert.equal(plug.text('[]').error_code, -1003)
    assert.equal(plug.text('{}').error_code, -1008)
    assert.equal(plug.code('multipleRequest', { requests: 3 }), -1008)
    assert.equal(plug.code('control_child', { device_id: 'x' }), -1008)
    assert.equal(plug.code('constructor'), -1002)
    for (const wanted of [{ device_on: 1 }, { brightness: 5 }, { nickname: '' }, { nickname: 5 }]) {
      assert.equal(plug.code('set_device_info', wanted), -1008)
    }
  })

  it('changes all that is asked of it, or nothing', () => {
    assert.equal(plug.code('set_device_info', { device_on: false, brightness: 5 }), -1008)
    assert.equal(plug.result('get_device_info').device_on, true)
    const nickname = Buffer.from('Kettle').toString('base64')
    assert.equal(plug.code('set_device_info', { device_on: false, nickname }), 0)
    assert.deepEqual([plug.model.outlets[0]?.on, plug.model.alias], [false, 'Kettle'])
  })

  it('counts each method, and lets another reply stand for it', () => {
    plug.replies.set('get_current_power', { error_code: -1001 })
    plug.result('multipleRequest', { requests: [{ method: 'get_device_info' }, { method: 'get_current_power' }] })
    assert.deepEqual(plug.methods, ['get_device_info', 'get_current_power'])
    assert.equal(plug.code('get_current_power'), -1001)
  })

  it('measures what flows, in the units of each method', () => {
    clock.advance(2.5 * HOUR_MS)
    const energy = plug.result('get_energy_usage')
    assert.equal(energy.current_power, 100_000)
    assert.equal(energy.today_energy, 250)
    assert.equal(energy.today_runtime, 150)
    assert.deepEqual(plug.result('get_current_power'), { current_power: 100 })
    const { power_mw, voltage_mv, current_ma, energy_wh } = plug.result('get_emeter_data') as Record<string, number>
    assert.deepEqual([power_mw, energy_wh], [100_000, 250])
    assert.ok(Math.abs(((voltage_mv ?? 0) * (current_ma ?? 0)) / 1e6 - 100) < 1)
    assert.deepEqual(plug.result('get_device_usage').power_usage, { today: 250, past7: 250, past30: 250 })
  })

  it('offers only what its generation has', () => {
    const first = asked(clock, PLUG_MAKERS['P110(UK)'], { power: 60 })
    assert.equal(first.code('get_emeter_data'), -1002)
    assert.equal(first.code('get_current_power'), -1002)
    clock.advance(HOUR_MS)
    const { past24h, past7d, past30d, past1y } = first.result('get_energy_usage') as Record<string, number[]>
    assert.deepEqual([past24h?.length, past7d?.length, past30d?.length, past1y?.length], [24, 7, 30, 12])
    assert.deepEqual([past24h?.at(-1), past30d?.at(-1), past1y?.at(-1)], [60, 60, 60])
    const plain = asked(clock, PLUG_MAKERS['TP15(US)'], { power: 60 })
    assert.equal(plain.code('get_energy_usage'), -1002)
    assert.deepEqual(Object.keys(plain.result('get_device_usage')), ['time_usage'])
    assert.equal(asked(clock, SWITCH_MAKERS['HS200(US) 5.26'], {}).model.model, 'HS200(US)')
  })

  it('switches off by itself, and after a countdown', () => {
    assert.equal(plug.code('set_auto_off_config', { enable: true, delay_min: 0 }), -1008)
    assert.equal(plug.code('set_auto_off_config', { enable: true, delay_min: 2 }), 0)
    assert.deepEqual(plug.result('get_auto_off_config'), { enable: true, delay_min: 2 })
    assert.equal(plug.result('get_device_info').auto_off_remain_time, 120)
    clock.advance(120_000)
    assert.equal(plug.result('get_device_info').device_on, false)
    const rule = { delay: 30, enable: true, desired_states: { on: true } }
    assert.equal(plug.code('add_countdown_rule', { ...rule, delay: 0 }), -1008)
    assert.deepEqual(plug.result('add_countdown_rule', rule), { id: 'C1' })
    assert.notEqual(plug.code('add_countdown_rule', rule), 0)
    clock.advance(10_000)
    assert.deepEqual(plug.result('get_countdown_rules').rule_list, [{ id: 'C1', remain: 20, ...rule }])
    clock.advance(20_000)
    assert.equal(plug.result('get_device_info').device_on, true)
    assert.equal(plug.code('remove_countdown_rules', { remove_all: true }), 0)
    assert.deepEqual(plug.result('get_countdown_rules').rule_list, [])
  })

  it('has a light of its own, a clock, and can be started anew', () => {
    assert.equal(plug.code('set_led_info', { led_rule: 'sometimes' }), -1008)
    assert.equal(plug.code('set_led_info', { led_rule: 'never', led_status: false }), 0)
    assert.deepEqual(plug.result('get_led_info'), { led_rule: 'never', led_status: false })
    assert.equal(plug.result('get_device_time').timestamp, Math.floor(clock.now() / 1000))
    assert.equal(plug.code('device_reboot', { delay: 1 }), 0)
    assert.deepEqual(plug.reboots_ms, [1000])
  })
})
