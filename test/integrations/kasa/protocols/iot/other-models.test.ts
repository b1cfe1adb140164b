import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Reading } from '../../../../../src/domain/reading'
import { describeDevices } from '../../../../../src/integrations/kasa/protocols/iot/describe'
import { IotDevice } from '../../../../../src/integrations/kasa/protocols/iot/iot-device'
import { sysinfoOf } from '../../../../../src/integrations/kasa/protocols/iot/sysinfo'
import type { Moment } from '../../../../../src/integrations/kasa/readings'
import { measured, type Measured } from '../../../../support/recordings'

const MOMENT: Moment = { host: '127.0.0.1', timestamp: Date.UTC(2026, 10, 20), latency_ms: 1, monotonic_ms: 1 }
const SWITCH = {
  deviceId: 'D',
  alias: 'Hall',
  err_code: 0,
  mic_type: 'IOT.SMARTPLUGSWITCH',
  feature: 'TIM',
  led_off: 0,
}
const BULB = { deviceId: 'D', alias: 'Hall', err_code: 0, mic_type: 'IOT.SMARTBULB', is_dimmable: 1 }

interface Shape {
  readonly title: string
  readonly sysinfo: object
  readonly realtime?: object
  readonly kind: string
  readonly reading: Measured
  readonly outlets?: readonly (readonly [device_id: string, on: boolean])[]
}

/** Shapes of models that nobody has handed us a recording of, as the recordings of python-kasa have them. */
const SHAPES: readonly Shape[] = [
  {
    title: 'a plug with two outlets (HS107)',
    sysinfo: {
      ...{ ...SWITCH, model: 'HS107(US)', child_num: 2, rssi: -51 },
      children: [
        { id: '00', alias: 'Left', state: 0, on_time: 0, next_action: { type: -1 } },
        { id: '01', alias: 'Right', state: 1, on_time: -32_407, next_action: { type: -1 } },
      ],
    },
    kind: 'strip',
    reading: { model: 'HS107(US)', on: true, rssi_dbm: -51 },
    outlets: [
      ['D00', false],
      ['D01', true],
    ],
  },
  {
    title: 'a dimmer for two places (KS230)',
    sysinfo: {
      ...{ ...SWITCH, model: 'KS230(US)', dev_name: 'Wi-Fi Smart 3-Way Dimmer', relay_state: 1, brightness: 44 },
      ...{ dc_state: 0, ntc_state: 0, preferred_state: [{ index: 0, brightness: 100 }] },
    },
    kind: 'dimmer',
    reading: { model: 'KS230(US)', on: true, brightness_pct: 44 },
  },
  {
    title: 'a switch with sensors for motion and light (KS200M, ES20M)',
    sysinfo: { ...SWITCH, model: 'KS200M(US)', dev_name: 'Smart Light Switch with PIR', relay_state: 0 },
    kind: 'switch',
    reading: { model: 'KS200M(US)', on: false },
  },
  {
    title: 'an outdoor plug (KP401)',
    sysinfo: { ...SWITCH, model: 'KP401(US)', dev_name: 'Smart Outdoor Plug', relay_state: 1 },
    kind: 'plug',
    reading: { model: 'KP401(US)', on: true },
  },
  {
    title: 'a light bulb that measures neither volts nor amperes (KL60)',
    sysinfo: { ...BULB, model: 'KL60(UN)', light_state: { on_off: 0, dft_on_state: { brightness: 95 } } },
    realtime: { current_ma: 0, voltage_mv: 0, power_mw: 0, total_wh: 0, err_code: 0 },
    kind: 'bulb',
    reading: { model: 'KL60(UN)', on: false, power_w: 0, energy_total_kwh: 0 },
  },
  {
    title: 'a white bulb with colours in its answer that it does not have (LB100)',
    sysinfo: {
      ...{ ...BULB, model: 'LB100(US)', is_color: 0, is_variable_color_temp: 0, heapsize: 291_960 },
      light_state: { on_off: 1, mode: 'normal', brightness: 50, color_temp: 2700, hue: 0, saturation: 0 },
    },
    realtime: { power_mw: 4400, err_code: 0 },
    kind: 'bulb',
    reading: { model: 'LB100(US)', on: true, brightness_pct: 50, power_w: 4.4 },
  },
  {
    title: 'a light strip that shows a colour (KL420L5)',
    sysinfo: {
      ...{ ...BULB, model: 'KL420L5(US)', length: 50, is_color: 1, is_variable_color_temp: 1 },
      light_state: { on_off: 1, brightness: 60, color_temp: 0, hue: 240, saturation: 75 },
      lighting_effect_state: { enable: 0, brightness: 60, custom: 0, name: 'Aurora' },
    },
    realtime: { power_mw: 500, total_wh: 1192, err_code: 0 },
    kind: 'light-strip',
    reading: {
      ...{ model: 'KL420L5(US)', on: true, brightness_pct: 60, hue_deg: 240, saturation_pct: 75 },
      ...{ power_w: 0.5, energy_total_kwh: 1.192 },
    },
  },
  {
    title: 'a light strip that plays an effect brighter than it shone before (KL430)',
    sysinfo: {
      ...{ ...BULB, model: 'KL430(US)', length: 16 },
      light_state: { on_off: 1, brightness: 20 },
      lighting_effect_state: { enable: 1, brightness: 70, custom: 0, name: 'Ocean' },
    },
    kind: 'light-strip',
    reading: { model: 'KL430(US)', on: true, brightness_pct: 70 },
  },
  {
    title: 'a plug that names itself by its MAC alone',
    sysinfo: { ...SWITCH, deviceId: undefined, mic_mac: '50c7bf000001', model: 'HS100(US)', relay_state: 1 },
    kind: 'plug',
    reading: { model: 'HS100(US)', on: true },
  },
]

describe('older devices that differ from those recorded', () => {
  for (const { title, sysinfo, realtime, kind, reading, outlets = [] } of SHAPES) {
    it(`are read: ${title}`, () => {
      const reply = {
        system: { get_sysinfo: sysinfo },
        ...(realtime ? { 'smartlife.iot.common.emeter': { get_realtime: realtime } } : {}),
      }
      const device = new IotDevice('127.0.0.1', undefined)
      const [own, ...others] = device.read(reply, MOMENT).readings
      assert.equal(describeDevices(sysinfoOf(reply), '127.0.0.1')[0]?.kind, kind)
      const { device_id, alias, ...rest } = measured(own as Reading)
      assert.deepEqual(
        [device_id, alias],
        ['deviceId' in sysinfo && sysinfo.deviceId ? 'D' : '50:C7:BF:00:00:01', 'Hall'],
      )
      assert.deepEqual(rest, { quality: 'good', ...reading })
      assert.deepEqual(
        others.map((outlet) => [outlet.device_id, outlet.on]),
        outlets,
      )
    })
  }

  it('have outlets that can be read without the meters that they are said to have', () => {
    const children = [{ id: '00', alias: 'Left', state: 1 }]
    const system = { get_sysinfo: { ...SWITCH, model: 'HS300(US)', feature: 'TIM:ENE', children } }
    const device = new IotDevice('127.0.0.1', undefined)
    assert.equal(device.read({ system }, MOMENT).readings.length, 1)
    const left = device.outlet('D00')
    assert.ok(left)
    const { on, power_w } = device.readOutlet(left, { emeter: { err_code: -1 } }, MOMENT)
    assert.deepEqual([on, power_w], [true, undefined])
    assert.deepEqual(
      device.read({ system }, MOMENT).readings.map(({ device_id }) => device_id),
      ['D', 'D00'],
    )
  })

  it('are told to be no plugs and bulbs, where they are cameras (EC60)', () => {
    const system = { deviceId: 'D', model: 'EC60(US)', type: 'IOT.IPCAMERA', camera_switch: 'on' }
    const reply = { system: { get_sysinfo: { err_code: 0, system } } }
    assert.throws(() => new IotDevice('127.0.0.1', undefined).read(reply, MOMENT), {
      code: 'DEVICE_UNSUPPORTED',
      message: 'EC60(US) is a camera: cameras and doorbells are not supported',
    })
  })

  it('are told to be of a type that is not known, or of none', () => {
    for (const [mic_type, reason] of [
      ['IOT.KETTLE', 'is of the type iot.kettle, which is not supported'],
      ['', 'names no type, so it cannot be read'],
    ] as const) {
      const system = { get_sysinfo: { ...SWITCH, mic_type, model: 'X1(US)' } }
      assert.throws(() => new IotDevice('127.0.0.1', undefined).read({ system }, MOMENT), {
        code: 'DEVICE_UNSUPPORTED',
        message: `X1(US) ${reason}`,
      })
    }
  })

  it('are known by their MAC, where nobody could store their id', () => {
    for (const deviceId of ['A\u0000', '\ud800', 'A'.repeat(129)]) {
      const sysinfo = { ...SWITCH, deviceId, mac: '50:C7:BF:00:00:01' }
      const [reading] = new IotDevice('127.0.0.1', undefined).read(
        { system: { get_sysinfo: sysinfo } },
        MOMENT,
      ).readings
      assert.equal(reading?.device_id, '50:C7:BF:00:00:01')
    }
  })
})
