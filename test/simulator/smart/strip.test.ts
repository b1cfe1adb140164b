import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { STRIP_MAKERS, SWITCH_MAKERS } from '../../../src/simulator/models/makers'
import { FakeClock } from '../../support/fake-clock'
import { asked, DEVICE_ID } from './party'

type Info = Record<string, unknown>

const NOON = new Date(2026, 0, 5, 12).getTime()

describe('a simulated strip that knows the newer commands', () => {
  it('is asked for each outlet by its id, several questions at once', () => {
    const strip = asked(new FakeClock(NOON), STRIP_MAKERS['P300(EU)'], { alias: 'Desk', outlets: [{ alias: 'Lamp' }] })
    const children = strip.result('get_child_device_list').child_device_list as Info[]
    const ids = ['00', '01', '02'].map((number) => DEVICE_ID + number)
    assert.deepEqual(
      children.map(({ device_id }) => device_id),
      ids,
    )
    assert.deepEqual(
      children.map(({ nickname }) => Buffer.from(String(nickname), 'base64').toString()),
      ['Lamp', 'Desk 2', 'Desk 3'],
    )
    const requests = [{ method: 'set_device_info', params: { device_on: false } }, { method: 'get_device_info' }]
    const answer = strip.ofChild(ids[1] ?? '', 'multipleRequest', { requests })
    const [, info] = answer.result?.responses as { result: Info }[]
    assert.equal(info?.result.device_on, false)
    assert.deepEqual(
      strip.model.outlets.map(({ on }) => on),
      [true, false, true],
    )
    assert.equal('device_on' in strip.result('get_device_info'), false)
    assert.equal(strip.ofChild(ids[0] ?? '', 'get_energy_usage').error_code, -1002)
  })

  it('measures at its outlets, not itself, and leaves power out of the sums', () => {
    const clock = new FakeClock(NOON)
    const strip = asked(clock, STRIP_MAKERS['P304M(UK)'], { outlets: [{ power: 40 }, { power: 5.4, on: false }] })
    clock.advance(3_600_000)
    const usage = strip.ofChild(`${DEVICE_ID}00`, 'get_energy_usage').result
    assert.equal(usage?.today_energy, 40)
    assert.equal('current_power' in (usage ?? {}), false)
    assert.deepEqual(strip.ofChild(`${DEVICE_ID}00`, 'get_current_power').result, { current_power: 40 })
    assert.deepEqual(strip.ofChild(`${DEVICE_ID}01`, 'get_current_power').result, { current_power: 0 })
    assert.equal(strip.ofChild(`${DEVICE_ID}00`, 'get_emeter_data').error_code, -1002)
    assert.equal(strip.code('get_energy_usage'), -1002)
    const later = asked(clock, STRIP_MAKERS['P316M(US)'], {})
    assert.equal(later.model.outlets.length, 6)
    assert.equal(later.ofChild(`${DEVICE_ID}05`, 'get_emeter_data').result?.power_mw, 0)
  })

  it('may be a switch with a light and a fan', () => {
    const parts = asked(new FakeClock(NOON), SWITCH_MAKERS['KS240(US)'], {})
    assert.equal(parts.ofChild(`${DEVICE_ID}00`, 'set_device_info', { brightness: 44 }).error_code, 0)
    assert.equal(parts.ofChild(`${DEVICE_ID}01`, 'set_device_info', { fan_speed_level: 4 }).error_code, 0)
    assert.equal(parts.ofChild(`${DEVICE_ID}01`, 'set_device_info', { fan_speed_level: 5 }).error_code, -1008)
    const [light, fan] = parts.result('get_child_device_list').child_device_list as Info[]
    assert.deepEqual([light?.brightness, light?.category], [44, 'kasa.switch.outlet.sub-dimmer'])
    assert.deepEqual([fan?.fan_speed_level, fan?.category], [4, 'kasa.switch.outlet.sub-fan'])
  })
})
