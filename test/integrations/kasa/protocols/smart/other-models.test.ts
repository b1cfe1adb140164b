import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { DeviceKind } from '../../../../../src/domain/device'
import { promised } from '../../../../../src/integrations/kasa/commands/promised'
import type { ChildOutcome, SmartOutcome } from '../../../../../src/integrations/kasa/protocols/smart/smart-device'
import { measured, type Measured } from '../../../../support/recordings'
import { ScriptedSmart, scriptedReader, type Methods } from '../../../../support/scripted-smart'

const parts = (...ids: readonly string[]) => ({ component_list: ids.map((id) => ({ id, ver_code: 2 })) })

function plain(info: object, ...ids: readonly string[]): ScriptedSmart {
  return new ScriptedSmart({ component_nego: parts('device', ...ids), get_device_info: { device_id: 'A', ...info } })
}

type Child = { readonly device_id: string; readonly has: readonly string[]; readonly meter?: Methods } & Methods

function parent(info: object, children: readonly Child[]): ScriptedSmart {
  const infos = children.map(({ has: _has, meter: _meter, ...child }) => child)
  return new ScriptedSmart(
    {
      component_nego: parts('device', 'child_device', 'control_child'),
      get_device_info: { device_id: 'A', ...info },
      get_child_device_list: { child_device_list: infos },
      get_child_device_component_list: {
        child_component_list: children.map(({ device_id, has }) => ({ device_id, ...parts(...has) })),
      },
    },
    Object.fromEntries(
      children.map(({ device_id, meter }, index) => [device_id, { get_device_info: infos[index], ...meter }]),
    ),
  )
}

interface Shape {
  readonly title: string
  readonly script: ScriptedSmart
  /** The device's own first. */
  readonly kinds: readonly DeviceKind[]
  readonly readings: readonly (Measured & { readonly alias: string })[]
}

const STRIP = { type: 'SMART.TAPOPLUG', rssi: -46 }
const OUTLET = { type: 'SMART.TAPOPLUG', category: 'plug.powerstrip.sub-plug', overheat_status: 'normal' }
const HUB = { type: 'SMART.TAPOHUB', model: 'H100', specs: 'EU', overheated: false }
const WELL = { overheated: false, overloaded: false }

/** Shapes of models that nobody has handed us a recording of, as the recordings of python-kasa have them. */
const SHAPES: readonly Shape[] = [
  {
    title: 'a strip whose outlets have no name (TP25)',
    script: parent({ ...STRIP, model: 'TP25', nickname: '' }, [
      { ...OUTLET, device_id: 'A01', model: 'TP25', nickname: '', position: 2, device_on: true, has: ['countdown'] },
      { ...OUTLET, device_id: 'A00', model: 'TP25', position: 1, device_on: false, has: ['countdown'] },
    ]),
    kinds: ['strip', 'outlet', 'outlet'],
    readings: [
      { alias: 'TP25', model: 'TP25', on: true, rssi_dbm: -46 },
      { alias: 'TP25 1', model: 'TP25', on: false, overheated: false },
      { alias: 'TP25 2', model: 'TP25', on: true, overheated: false },
    ],
  },
  {
    title: 'a strip with a night light (P306)',
    script: parent({ ...STRIP, model: 'P306' }, [
      { ...OUTLET, device_id: 'A00', model: 'P306', position: 1, device_on: false, has: [] },
      {
        ...{ device_id: 'A01', has: ['brightness'], model: 'P306', position: 5, device_on: true, brightness: 40 },
        ...{ type: 'SMART.TAPOBULB', category: 'plug.powerstrip.sub-bulb' },
      },
    ]),
    kinds: ['strip', 'outlet', 'bulb'],
    readings: [
      { alias: 'P306', model: 'P306', on: true, rssi_dbm: -46 },
      { alias: 'P306 1', model: 'P306', on: false, overheated: false },
      { alias: 'P306 5', model: 'P306', on: true, brightness_pct: 40 },
    ],
  },
  {
    title: 'a strip with meters (P210M, P316M)',
    script: parent({ ...STRIP, model: 'P210M' }, [
      {
        ...OUTLET,
        ...{ device_id: 'A00', model: 'P210M', position: 1, device_on: true, has: ['energy_monitoring'] },
        overcurrent_status: 'normal',
        meter: {
          get_emeter_data: { current_ma: 589, energy_wh: 249, power_mw: 68_325, voltage_mv: 120_254 },
          get_energy_usage: { today_energy: 168, month_energy: 275 },
          get_current_power: { current_power: 68 },
        },
      },
      {
        ...OUTLET,
        ...{ device_id: 'A01', model: 'P210M', position: 2, device_on: false, has: ['energy_monitoring'] },
        overcurrent_status: 'lifted',
        meter: {
          get_emeter_data: { current_ma: 0, energy_wh: 0, power_mw: 0, voltage_mv: 120_252 },
          get_energy_usage: { today_energy: 1, month_energy: 1 },
        },
      },
    ]),
    kinds: ['strip', 'outlet', 'outlet'],
    readings: [
      {
        ...{ alias: 'P210M', model: 'P210M', on: true, rssi_dbm: -46, power_w: 68.325, voltage_v: 120.253 },
        current_a: 0.589,
        ...{ energy_today_kwh: 0.169, energy_month_kwh: 0.276 },
      },
      {
        ...{ alias: 'P210M 1', model: 'P210M', ...WELL, on: true, power_w: 68.325, voltage_v: 120.254 },
        ...{ current_a: 0.589, energy_today_kwh: 0.168, energy_month_kwh: 0.275 },
      },
      {
        ...{ alias: 'P210M 2', model: 'P210M', ...WELL, on: false, power_w: 0, voltage_v: 120.252, current_a: 0 },
        ...{ energy_today_kwh: 0.001, energy_month_kwh: 0.001 },
      },
    ],
  },
  {
    title: 'a plug that dims (P135)',
    script: plain(
      { type: 'SMART.TAPOPLUG', model: 'P135', device_on: true, brightness: 70, accessory_at_low_battery: true },
      ...['brightness', 'dimmer_calibration', 'led'],
    ),
    kinds: ['dimmer'],
    readings: [{ alias: 'P135', model: 'P135', on: true, brightness_pct: 70 }],
  },
  {
    title: 'a dimmer with a meter (S515D)',
    script: new ScriptedSmart({
      component_nego: parts('brightness', 'dimmer_calibration', 'energy_monitoring'),
      get_device_info: {
        ...{ device_id: 'A', type: 'SMART.TAPOSWITCH', model: 'S515D', device_on: false, brightness: 34 },
        overcurrent_status: 'normal',
      },
      get_emeter_data: { current_ma: 0, energy_wh: 44, power_mw: 0, voltage_mv: 117_232 },
      get_energy_usage: { current_power: 0, today_energy: 1, month_energy: 44 },
    }),
    kinds: ['dimmer'],
    readings: [
      {
        ...{ alias: 'S515D', model: 'S515D', on: false, brightness_pct: 34, overloaded: false, power_w: 0 },
        ...{ voltage_v: 117.232, current_a: 0, energy_today_kwh: 0.001, energy_month_kwh: 0.044 },
      },
    ],
  },
  {
    title: 'a plug through which a solar plant feeds in (P410M)',
    script: new ScriptedSmart({
      component_nego: parts('energy_monitoring'),
      get_device_info: { device_id: 'A', type: 'SMART.TAPOPLUG', model: 'P410M', specs: 'EU', device_on: true },
      get_emeter_data: -1001,
      get_energy_usage: { current_power: -619_231, today_energy: 0, today_charge_energy: 53, month_energy: 0 },
    }),
    kinds: ['plug'],
    readings: [
      {
        ...{ alias: 'P410M(EU)', model: 'P410M(EU)', on: true },
        ...{ power_w: -619.231, energy_today_kwh: 0, energy_month_kwh: 0 },
      },
    ],
  },
  {
    title: 'a light strip that shows a colour (L930)',
    script: plain(
      {
        ...{ type: 'SMART.TAPOBULB', model: 'L930', device_on: true, brightness: 80, hue: 240, saturation: 90 },
        ...{ color_temp: 0, color_temp_range: [2500, 6500], lighting_effect: { enable: 0, brightness: 50 } },
      },
      ...['light_strip', 'light_strip_lighting_effect', 'brightness', 'color', 'color_temperature', 'segment'],
    ),
    kinds: ['light-strip'],
    readings: [{ alias: 'L930', model: 'L930', on: true, brightness_pct: 80, hue_deg: 240, saturation_pct: 90 }],
  },
  ...(
    [
      ['a light strip that plays an effect darker than it shone before (L920)', 'lighting_effect', 29],
      ['a light strip that plays an effect of segments (L930)', 'segment_effect', 61],
    ] as const
  ).map(([title, key, brightness_pct]) => ({
    title,
    script: plain(
      {
        ...{ type: 'SMART.TAPOBULB', model: 'L930', device_on: true, brightness: 90, hue: 30, saturation: 5 },
        ...{ color_temp: 0, lighting_effect: { enable: 0, brightness: 50 } },
        [key]: { enable: 1, brightness: brightness_pct, name: 'Dusk' },
      },
      ...['light_strip', 'light_strip_lighting_effect', 'segment_effect', 'brightness', 'color'],
    ),
    kinds: ['light-strip'] as const,
    readings: [{ alias: 'L930', model: 'L930', on: true, brightness_pct, hue_deg: 30, saturation_pct: 5 }],
  })),
  {
    title: 'a light strip that waits to be set up, which it shows by an effect without a brightness (L920)',
    script: plain(
      {
        ...{ type: 'SMART.TAPOBULB', model: 'L920', device_on: true, brightness: 100 },
        lighting_effect: { enable: 1, brightness: 0, name: 'softAP' },
      },
      ...['light_strip', 'light_strip_lighting_effect', 'brightness'],
    ),
    kinds: ['light-strip'],
    readings: [{ alias: 'L920', model: 'L920', on: true, brightness_pct: 100 }],
  },
  {
    title: 'a bulb that knows effects of segments only (L430C, L430P)',
    script: plain(
      {
        ...{ type: 'SMART.TAPOBULB', model: 'L430C', specs: 'EU', device_on: true, brightness: 45, hue: 20 },
        ...{ saturation: 30, color_temp: 3000, color_temp_range: [2500, 6500], dynamic_light_effect_enable: false },
        segment_effect: { enable: 0, brightness: 0, name: '' },
      },
      ...['brightness', 'color', 'color_temperature', 'segment_effect', 'music_rhythm_bulb'],
    ),
    kinds: ['bulb'],
    readings: [
      {
        ...{ alias: 'L430C(EU)', model: 'L430C(EU)', on: true, brightness_pct: 45 },
        ...{ hue_deg: 20, saturation_pct: 30, color_temp_k: 3000 },
      },
    ],
  },
  {
    title: 'a spot (L630) that is off',
    script: plain(
      { type: 'SMART.TAPOBULB', model: 'L630', device_on: false, brightness: 80, hue: 0, color_temp: 2700 },
      ...['brightness', 'color', 'color_temperature', 'light_effect'],
    ),
    kinds: ['bulb'],
    readings: [{ alias: 'L630', model: 'L630', on: false }],
  },
  {
    title: 'a chime (D100C)',
    script: plain({ type: 'SMART.TAPOCHIME', model: 'D100C', rssi: -24, led_off: 0 }, 'led', 'countdown'),
    kinds: ['other'],
    readings: [{ alias: 'D100C', model: 'D100C', rssi_dbm: -24 }],
  },
  {
    title: 'a lock (DL100)',
    script: plain({ type: 'SMART.TAPOLOCK', model: 'DL100', at_low_battery: false, battery_percentage: 81 }),
    kinds: ['other'],
    readings: [{ alias: 'DL100', model: 'DL100', battery_low: false, battery_pct: 81 }],
  },
  {
    title: 'valves behind a hub of their own (KH100 with KE100 and KE110), one of which measures no humidity',
    script: parent({ ...HUB, type: 'SMART.KASAHUB', model: 'KH100', specs: 'UK' }, [
      {
        ...{ device_id: 'A1', has: ['temperature', 'temp_control'], category: 'subg.trv', model: 'KE100', specs: 'UK' },
        ...{ current_temp: 23.3, target_temp: 23, temp_unit: 'celsius', current_humidity: 0, battery_percentage: 100 },
      },
      {
        ...{ device_id: 'A2', has: ['temperature', 'humidity'], category: 'subg.trv', model: 'KE110', specs: 'EU' },
        ...{ current_temp: 73.4, target_temp: 68, temp_unit: 'fahrenheit', current_humidity: 43 },
        ...{ current_humidity_exception: 0, trv_states: [] },
      },
    ]),
    kinds: ['hub', 'valve', 'valve'],
    readings: [
      { alias: 'KH100(UK)', model: 'KH100(UK)', overheated: false },
      {
        ...{ alias: 'KE100(UK)', model: 'KE100(UK)', temperature_c: 23.3, target_temperature_c: 23 },
        battery_pct: 100,
      },
      { alias: 'KE110(EU)', model: 'KE110(EU)', temperature_c: 23, target_temperature_c: 20, humidity_pct: 43 },
    ],
  },
  {
    title: 'what else there is behind a hub: a leak, a thermometer, switches with a battery, remote controls',
    script: parent(HUB, [
      {
        ...{ device_id: 'A1', has: ['sensor_alarm'], category: 'subg.trigger.water-leak-sensor', model: 'T300' },
        ...{ water_leak_status: 'water_leak', in_alarm: true, at_low_battery: true, status: 'online' },
      },
      {
        ...{ device_id: 'A2', has: ['temperature', 'humidity'], category: 'subg.trigger.temp-hmdt-sensor' },
        ...{
          model: 'T310',
          current_temp: -3.5,
          current_temp_exception: -4,
          current_humidity: 54,
          temp_unit: 'celsius',
        },
      },
      {
        ...{ device_id: 'A3', has: ['battery_detect'], category: 'subg.plugswitch.switch', model: 'S220', position: 1 },
        ...{ type: 'SMART.TAPOSWITCH', device_on: true, is_low: true, battery_percentage: 9, led_off: 0 },
      },
      {
        ...{ device_id: 'A4', has: ['localSmart'], category: 'ir.remote', type: 'SMART.TAPOREMOTE', model: 'AC' },
        ...{ current_temp: 22, on: 1, ac_status: 'P1_M0_T22_S0_D1', fw_ver: '' },
      },
    ]),
    kinds: ['hub', 'sensor', 'sensor', 'other', 'switch'],
    readings: [
      { alias: 'H100(EU)', model: 'H100(EU)', overheated: false },
      { alias: 'T300', model: 'T300', water_leak: true, battery_low: true },
      { alias: 'T310', model: 'T310', temperature_c: -3.5, humidity_pct: 54 },
      { alias: 'AC', model: 'AC' },
      { alias: 'S220 1', model: 'S220', on: true, battery_low: true, battery_pct: 9 },
    ],
  },
  {
    title: 'a hub without anything behind it',
    script: parent(HUB, []),
    kinds: ['hub'],
    readings: [{ alias: 'H100(EU)', model: 'H100(EU)', overheated: false }],
  },
]

describe('newer devices that differ from those recorded', () => {
  for (const { title, script, kinds, readings } of SHAPES) {
    it(`are read: ${title}`, async () => {
      const { reader, device } = scriptedReader(script)
      const { info } = await promised<SmartOutcome>((done) => reader.readDevice(false, done))
      const devices = device.describe(info)
      assert.deepEqual(
        devices.map(({ kind }) => kind),
        kinds,
      )
      const children: object[] = []
      for (const { device_id } of devices.slice(1)) {
        const { readings } = await promised<ChildOutcome>((done) => reader.pollChild(device_id, false, done))
        children.push(measured(readings[0]))
      }
      const outcome = await promised<SmartOutcome>((done) => reader.readDevice(false, done))
      const own = outcome.readings.slice(0, 1).map(measured)
      const expected = readings.map((reading, index) => ({
        ...{ device_id: devices[index]?.device_id, ...(index === 0 ? {} : { parent_id: 'A' }) },
        ...{ quality: 'good', ...reading },
      }))
      assert.deepEqual([...own, ...children], expected)
    })
  }
})
