import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Json } from '../../../src/simulator/answer'
import { recordedModel } from '../../../src/simulator/models/recorded'
import { FakeClock } from '../../support/fake-clock'
import { Asked, DEVICE_ID } from './party'

const DUMPS = join(process.cwd(), '../shared/device-dumps')
const IDENTITY = { device_id: DEVICE_ID, mac: '02:00:00:00:00:01' }

const STRIP = {
  component_nego: { component_list: [{ id: 'device', ver_code: 2 }] },
  discovery_result: {
    error_code: 0,
    result: { device_model: 'P300(EU)', device_type: 'SMART.TAPOPLUG', obd_src: 'x' },
  },
  get_device_info: {
    device_id: '0000',
    mac: '78-8C-B5-00-00-00',
    model: 'P300',
    nickname: 'I00=',
    type: 'SMART.TAPOPLUG',
  },
  get_child_device_list: {
    child_device_list: [
      { device_id: 'SCRUBBED_CHILD_DEVICE_ID_2', device_on: false, position: 2 },
      { device_id: 'SCRUBBED_CHILD_DEVICE_ID_1', device_on: true, position: 1 },
    ],
    start_index: 0,
    sum: 2,
  },
  get_child_device_component_list: {
    child_component_list: [
      { device_id: 'SCRUBBED_CHILD_DEVICE_ID_1', component_list: [{ id: 'auto_off', ver_code: 2 }] },
    ],
    start_index: 0,
    sum: 2,
  },
  child_devices: { SCRUBBED_CHILD_DEVICE_ID_1: { get_energy_usage: { today_energy: 7 } } },
  get_led_info: { led_rule: 'always', led_status: true },
  get_inherit_info: null,
  get_auto_update_info: -1001,
  get_matter_setup_info: { error_code: -1008 },
}
const SENSOR = {
  component_nego: { component_list: [{ id: 'trigger_log', ver_code: 1 }] },
  get_device_info: {
    category: 'subg.trigger.contact-sensor',
    device_id: 'SCRUBBED_CHILD_DEVICE_ID_3',
    parent_device_id: '0000',
    open: false,
  },
}

function recorded(dump: unknown, options: { alias?: string; device_id?: string; mac?: string } = {}): Asked {
  return new Asked(new FakeClock(), (surroundings) => {
    return recordedModel(dump, { ...options, identity: IDENTITY }, surroundings)
  })
}

describe('a recording of a device that knows the newer commands', () => {
  it('is said again under another name and id, its outlets below that', () => {
    const strip = recorded(STRIP, { ...IDENTITY, alias: 'Desk' })
    const { device_id, mac, nickname } = strip.result('get_device_info')
    assert.deepEqual([device_id, mac, nickname], [DEVICE_ID, '02-00-00-00-00-01', 'RGVzaw=='])
    const { model, alias, device_type } = strip.model
    assert.deepEqual([model, alias, device_type], ['P300(EU)', 'Desk', 'SMART.TAPOPLUG'])
    assert.deepEqual(strip.model.discovery, { obd_src: 'x' })
    assert.deepEqual(strip.result('get_child_device_list'), {
      child_device_list: [
        { device_id: `${DEVICE_ID}01`, device_on: false, position: 2 },
        { device_id: `${DEVICE_ID}00`, device_on: true, position: 1 },
      ],
      start_index: 0,
      sum: 2,
    })
    assert.deepEqual(strip.ofChild(`${DEVICE_ID}00`, 'get_energy_usage').result, { today_energy: 7 })
    assert.deepEqual(strip.ofChild(`${DEVICE_ID}00`, 'component_nego').result, {
      component_list: [{ id: 'auto_off', ver_code: 2 }],
    })
    assert.equal(strip.ofChild(`${DEVICE_ID}01`, 'get_energy_usage').error_code, -1002)
  })

  it('says recorded errors, and nothing where nothing was recorded', () => {
    const strip = recorded(STRIP)
    const codes = ['get_inherit_info', 'get_auto_update_info', 'get_matter_setup_info', 'get_emeter_data']
    assert.deepEqual(
      codes.map((method) => strip.reply(method)),
      [{ error_code: 0 }, { error_code: -1001 }, { error_code: -1008 }, { error_code: -1002 }],
    )
    for (const method of ['discovery_result', 'child_devices', 'toString', 'set_', 'set_nothing']) {
      assert.equal(strip.code(method), -1002, method)
    }
  })

  it('can be switched, named and lit, and then says so', () => {
    const strip = recorded(STRIP)
    const outlet = '000001'
    assert.equal(strip.ofChild(outlet, 'set_device_info', { device_on: true }).error_code, 0)
    assert.equal(strip.ofChild(outlet, 'get_device_info').result?.device_on, true)
    const [listed] = strip.result('get_child_device_list').child_device_list as Json[]
    assert.equal(listed?.device_on, true)
    assert.equal(strip.code('set_device_info', { device_on: true }), -1008)
    assert.equal(strip.ofChild(outlet, 'set_device_info', { device_on: 1 }).error_code, -1008)
    assert.equal(strip.code('set_led_info', { led_rule: 'never', led_status: false }), 0)
    assert.deepEqual(strip.result('get_led_info'), { led_rule: 'never', led_status: false })
    assert.equal(strip.code('set_device_info', { nickname: 'RGVzaw==' }), 0)
    assert.equal(strip.model.alias, 'Desk')
    assert.equal(strip.code('device_reboot', { delay: 1 }), 0)
    assert.deepEqual(strip.reboots_ms, [1000])
  })

  it('of a sensor is heard by a hub', () => {
    const hub = recorded(SENSOR)
    assert.equal(hub.model.model, 'H100(EU)')
    const { child_device_list } = hub.result('get_child_device_list')
    const info = { ...SENSOR.get_device_info, device_id: `${DEVICE_ID}00`, parent_device_id: DEVICE_ID }
    assert.deepEqual(child_device_list, [info])
    assert.deepEqual(hub.ofChild(`${DEVICE_ID}00`, 'get_device_info').result, info)
  })

  it('misbehaves like any other: another device, a clock that is not set', () => {
    const strip = recorded({ ...STRIP, get_energy_usage: {}, get_device_time: { timestamp: 1 } })
    strip.behaviours.replace([{ kind: 'clock-unset' }, { kind: 'other-device', device_id: 'B', mac: '02:0A' }])
    assert.deepEqual([strip.code('get_energy_usage'), strip.result('get_device_time').timestamp], [-1003, 946_684_800])
    const { device_id, mac } = strip.result('get_device_info')
    assert.deepEqual([device_id, mac], ['B', '02-0A'])
  })

  it('is refused where it is none', () => {
    for (const dump of [5, [], {}, { get_device_info: {} }, { component_nego: {}, get_device_info: -1001 }]) {
      assert.throws(() => recorded(dump), { code: 'INPUT_INVALID' })
    }
  })

  it('is said again, reply by reply, for every recording at hand', function () {
    const found = ['smart', 'smart-child'].flatMap((kind) => filesOf(join(DUMPS, kind)))
    if (found.length === 0) {
      console.log('      not run: no recordings beside the project')
      return
    }
    for (const file of found) {
      const dump = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Json>
      const device = recorded(dump)
      const [child] = file.includes('smart-child') ? [`${DEVICE_ID}00`] : []
      for (const [method, reply] of Object.entries(dump)) {
        if (UNLIKE.includes(method) || typeof reply !== 'object') continue
        const answer = child ? device.ofChild(child, method) : device.reply(method)
        assert.deepEqual(answer.result ?? null, reply, `${file} ${method}`)
      }
    }
  })
})

/** What has ids in it that are replaced, is no method, or more than a page. */
const UNLIKE = [
  'discovery_result',
  'child_devices',
  'get_child_device_list',
  'get_child_device_component_list',
  'get_device_info',
  'get_wireless_scan_info',
]

function filesOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : []
}
