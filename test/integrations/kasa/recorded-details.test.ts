import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Device } from '../../../src/domain/device'
import type { DeviceDetails } from '../../../src/domain/device-details'
import type { Reading } from '../../../src/domain/reading'
import { promised } from '../../../src/integrations/kasa/commands/promised'
import { describeDevices } from '../../../src/integrations/kasa/protocols/iot/describe'
import { IotDevice } from '../../../src/integrations/kasa/protocols/iot/iot-device'
import { sysinfoOf } from '../../../src/integrations/kasa/protocols/iot/sysinfo'
import type { DeviceInfo } from '../../../src/integrations/kasa/protocols/smart/device-info'
import type { SmartOutcome } from '../../../src/integrations/kasa/protocols/smart/smart-device'
import { dumpOf, hasRecordings, namesIn, WITHOUT_RECORDINGS } from '../../support/recordings'
import { ScriptedSmart, scriptedReader } from '../../support/scripted-smart'

const NOW = Date.UTC(2026, 0, 5)
const MOMENT = { host: '127.0.0.1', timestamp: NOW, latency_ms: 1, monotonic_ms: 0 }

type Told = Partial<Omit<DeviceDetails, 'device_id' | 'on_since'>> & { readonly on_for_s?: number }
type Light = Pick<Device, 'color_temp_range' | 'effects'>

const CONNECTED = { cloud_connected: true } as const
const ON_AIR = { ssid: '#MASKED_SSID#', cloud_connected: true } as const
const AWAY = { ssid: '#MASKED_SSID#', cloud_connected: false } as const
const WIDEST = { minimum_k: 2500, maximum_k: 9000 }
const KASA_EFFECTS = 14
const TAPO_EFFECTS = 17

/** Taken by hand from the recordings: of the device and of the outlets that say anything. */
const TOLD: Readonly<Record<string, readonly Told[]>> = {
  'EP25(US)_1.0_1.0.14': [{ led: true, ...CONNECTED, on_for_s: 495_961 }],
  'EP40(US)_1.0_1.0.2': [{ led: true }],
  'ES20M(US)_1.0_1.0.11': [{ led: true, ...CONNECTED, motion_sensor: false }],
  'HS100(UK)_1.0_1.2.6': [{ led: true }],
  'HS100(UK)_4.1_1.1.0': [{ led: true }],
  'HS103(US)_2.1_1.1.4': [{ led: true }],
  'HS110(EU)_1.0_1.2.5': [{ led: false, on_for_s: 6_023_162 }],
  'HS110(EU)_4.0_1.0.4': [{ led: false, on_for_s: 1_484_778 }],
  'HS200(US)_5.0_1.0.11': [{ led: true }],
  'HS220(US)_1.0_1.5.7': [{ led: true }],
  'HS300(US)_2.0_1.0.12': [{ led: true }, ...Array.from({ length: 6 }, () => ({ on_for_s: 710_216 }))],
  'KL110(US)_1.0_1.8.11': [{ light_preset: 0 }],
  'KL130(EU)_1.0_1.8.8': [{ ...CONNECTED, light_preset: 0 }],
  'KL430(US)_1.0_1.0.10': [{ effect: 'off', light_preset: 3 }],
  'KL50(US)_1.0_1.1.13': [{ light_preset: 0 }],
  'KP115(EU)_1.0_1.0.16': [{ led: false, on_for_s: 2_078_998 }],
  'KP125(US)_1.0_1.0.6': [{ led: true, on_for_s: 301 }],
  // Two outlets count on although they are off.
  'KP303(UK)_1.0_1.0.3': [{ led: false }, { on_for_s: 79_701 }],
  'KP405(US)_1.0_1.0.5': [{ led: false }],
  'KS200M(US)_1.0_1.0.8': [{ led: true, motion_sensor: true }],

  'EP25(US)_2.6_1.0.1': [
    { led: true, auto_off_min: 0, ...ON_AIR, signal_level: 2, on_for_s: 36, auto_update: true, power_limit_w: 0 },
  ],
  'H100(EU)_1.0_1.2.3': [{ led: true, ...AWAY, signal_level: 3, auto_update: true }],
  'HS200(US)_5.26_1.0.3': [{ led: true, auto_off_min: 0, ...ON_AIR, signal_level: 2, auto_update: true }],
  // Recorded without its answers to slow questions.
  'KP125M(US)_1.0_1.1.3': [{ ssid: '#MASKED_SSID#', signal_level: 2, on_for_s: 5332 }],
  'KS240(US)_1.0_1.0.4': [
    { led: true, ...ON_AIR, signal_level: 3, auto_update: false },
    { on_for_s: 67_951, smooth_on_s: 0, smooth_off_s: 0, light_preset: 0 },
  ],
  'L510E(US)_3.0_1.0.5': [{ ...ON_AIR, signal_level: 2, auto_update: false, light_preset: 5 }],
  'L530E(EU)_3.0_1.0.6': [
    { effect: 'off', ...AWAY, signal_level: 3, auto_update: true, smooth_transitions: false, light_preset: 0 },
  ],
  // It shows that it waits to be set up, which is no effect.
  'L920-5(EU)_1.0_1.0.7': [{ effect: 'off', ...AWAY, signal_level: 3, smooth_transitions: false, light_preset: 0 }],
  'P100(US)_1.0.0_1.1.3': [{ led: true, ...AWAY, signal_level: 2, on_for_s: 6868 }],
  'P110(AU)_1.0_1.3.1': [
    { led: true, auto_off_min: 0, ...ON_AIR, signal_level: 2, auto_update: true, power_limit_w: 0 },
  ],
  'P110(EU)_1.0_1.0.7': [{ led: true, ...ON_AIR, signal_level: 2, auto_update: false }],
  'P115(EU)_1.0_1.2.3': [
    { led: true, auto_off_min: 0, ...AWAY, signal_level: 3, on_for_s: 1621, auto_update: true, power_limit_w: 0 },
  ],
  'P300(EU)_1.0_1.0.13': [{ led: true, ...AWAY, signal_level: 2, auto_update: false }],
  'P304M(UK)_1.0_1.0.3': [
    { led: true, ...ON_AIR, signal_level: 3, auto_update: true },
    ...Array.from({ length: 4 }, () => ({ auto_off_min: 0, power_limit_w: 0 })),
  ],
  'S505D(US)_1.0_1.1.0': [{ led: true, ...AWAY, signal_level: 3, auto_update: true, light_preset: 0 }],
  'TP15(US)_1.0_1.0.3': [{ led: true, auto_off_min: 0, ...ON_AIR, signal_level: 2, on_for_s: 83, auto_update: false }],

  'KE100(EU)_1.0_2.4.0': [{ child_lock: false, signal_level: 3 }],
  'KE100(EU)_1.0_2.8.0': [{ child_lock: false, signal_level: 2 }],
  'KE100(UK)_1.0_2.8.0': [{ child_lock: false, signal_level: 3 }],
  'T100(EU)_1.0_1.12.0': [{ signal_level: 2 }],
  'T100(US)_1.0_1.12.0': [{ signal_level: 3 }],
  'T110(EU)_1.0_1.8.0': [{ signal_level: 3 }],
  'T110(EU)_1.0_1.9.0': [{ signal_level: 3 }],
  'T110(US)_1.0_1.9.0': [{ signal_level: 3 }],
  'T315(EU)_1.0_1.7.0': [{ signal_level: 3 }],
  'T315(US)_1.0_1.8.0': [{ signal_level: 3 }],
}

const LIGHTS: Readonly<Record<string, { range?: Light['color_temp_range']; effects?: number; presets?: number }>> = {
  'KL110(US)_1.0_1.8.11': { presets: 4 },
  'KL130(EU)_1.0_1.8.8': { range: WIDEST, presets: 4 },
  // It keeps two effects beside them.
  'KL430(US)_1.0_1.0.10': { range: WIDEST, effects: KASA_EFFECTS, presets: 3 },
  'KL50(US)_1.0_1.1.13': { presets: 4 },
  'L510E(US)_3.0_1.0.5': { presets: 5 },
  'L530E(EU)_3.0_1.0.6': { range: { minimum_k: 2500, maximum_k: 6500 }, effects: 2, presets: 7 },
  'L920-5(EU)_1.0_1.0.7': { effects: TAPO_EFFECTS, presets: 7 },
  'S505D(US)_1.0_1.1.0': { presets: 5 },
}

describe('details in recordings', () => {
  if (!hasRecordings) {
    it('are not there', () => console.log(WITHOUT_RECORDINGS))
    return
  }

  it('are expected of every one', () => {
    const names = [...namesIn('iot'), ...namesIn('smart'), ...namesIn('smart-child')]
    assert.deepEqual(Object.keys(TOLD).sort(), names.sort())
  })

  for (const name of namesIn('iot')) {
    it(`of ${name} are told`, () => {
      const dump = dumpOf('iot', name)
      const device = new IotDevice('127.0.0.1', undefined)
      device.read(dump, MOMENT)
      for (let asked = device.slowQuestionAt(0); asked; asked = device.slowQuestionAt(0))
        device.readSlow(asked, dump, 0)
      assert.deepEqual((device.takeDetails() ?? []).map(told), TOLD[name])
      assert.equal(device.takeDetails(), undefined)
      hasLight(name, describeDevices(sysinfoOf(dump), '127.0.0.1')[0])
    })
  }

  for (const name of namesIn('smart')) {
    it(`of ${name} are told`, async () => {
      const dump = dumpOf('smart', name)
      const { details, devices } = await read(new ScriptedSmart(dump, dump.child_devices))
      assert.deepEqual(details, TOLD[name])
      hasLight(name, devices[0])
    })
  }

  it('of sensors and valves are told through their hub', async () => {
    const names = namesIn('smart-child').sort()
    const sensors = names.map((name, index) => {
      const { get_device_info } = dumpOf('smart-child', name)
      return { ...(get_device_info as object), device_id: `sensor-${index}` }
    })
    const child_device_list = { child_device_list: sensors }
    const hub = dumpOf('smart', 'H100(EU)_1.0_1.2.3')
    const { details } = await read(new ScriptedSmart({ ...hub, get_child_device_list: child_device_list }))
    assert.deepEqual(
      details.slice(1),
      names.flatMap((name) => TOLD[name] ?? []),
    )
  })
})

/** As often as it takes until all slow questions have been asked. */
async function read(script: ScriptedSmart): Promise<{ details: Told[]; devices: Device[] }> {
  const { reader, device } = scriptedReader(script)
  const info = await promised<DeviceInfo>((done) => reader.meet(false, done))
  const details = new Map<string, DeviceDetails>()
  for (let turn = 0; turn < 3; turn++) {
    await promised<SmartOutcome>((done) => reader.readDevice(false, done))
    for (const { device_id } of device.profile?.children?.all ?? []) {
      await promised<Reading>((done) => reader.readChild(device_id, false, done))
    }
    for (const each of device.takeDetails() ?? []) details.set(each.device_id, each)
  }
  return { details: [...details.values()].map(told), devices: device.describe(info) }
}

function told({ device_id: _device_id, on_since, ...rest }: DeviceDetails): Told {
  return { ...rest, ...(on_since === undefined ? {} : { on_for_s: (NOW - on_since) / 1000 }) }
}

function hasLight(name: string, device: Device | undefined): void {
  const { range, effects, presets } = LIGHTS[name] ?? {}
  assert.deepEqual(device?.color_temp_range, range)
  assert.equal(device?.effects?.length, effects)
  assert.equal(device?.light_presets, presets)
}
