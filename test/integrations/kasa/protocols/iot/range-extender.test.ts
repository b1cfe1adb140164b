import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { describeDevices } from '../../../../../src/integrations/kasa/protocols/iot/describe'
import { IotDevice } from '../../../../../src/integrations/kasa/protocols/iot/iot-device'
import { sysinfoOf } from '../../../../../src/integrations/kasa/protocols/iot/sysinfo'
import type { Moment } from '../../../../../src/integrations/kasa/readings'
import { measured } from '../../../../support/recordings'

const MOMENT: Moment = { host: '127.0.0.1', timestamp: Date.UTC(2026, 10, 21), latency_ms: 1, monotonic_ms: 1 }
const SYSTEM = {
  ...{ deviceId: 'D', alias: 'Hall', model: 'RE270K(EU)', sw_ver: '1.1.10', ethernet_mac: '50:c7:bf:00:00:02' },
  ...{ type: 'IOT.RANGEEXTENDER.SMARTPLUG', dev_name: 'Range Extender with Smart Plug', led_status: 'ON' },
}
const AT_2_4_GHZ = { w2g_uplink_connected: true, w2g_rssi: -58, w5g_uplink_connected: false, w5g_rssi: -256 }
const AT_5_GHZ = { w2g_uplink_connected: false, w2g_rssi: -256, w5g_uplink_connected: true, w5g_rssi: -61 }

function replyOf(plug: object, radio: object) {
  return { system: { get_sysinfo: { err_code: 0, plug, 'rangeextender.wireless': radio, system: SYSTEM } } }
}

function readingOf(plug: object, radio: object) {
  const [reading] = new IotDevice('127.0.0.1', undefined).read(replyOf(plug, radio), MOMENT).readings
  assert.ok(reading)
  return measured(reading)
}

describe('a range extender with a plug (RE270K, RE370K)', () => {
  const identity = { device_id: 'D', alias: 'Hall', model: 'RE270K(EU)', quality: 'good' }

  it('says whether it is on, and how well it is connected', () => {
    assert.deepEqual(readingOf({ relay_status: 'ON' }, AT_2_4_GHZ), { ...identity, on: true, rssi_dbm: -58 })
    assert.deepEqual(readingOf({ relay_status: 'OFF' }, AT_5_GHZ), { ...identity, on: false, rssi_dbm: -61 })
  })

  it('says nothing of what it does not tell', () => {
    assert.deepEqual(readingOf({ relay_status: '?' }, {}), identity)
  })

  it('is a plug that nobody is offered to switch', () => {
    const [device] = describeDevices(sysinfoOf(replyOf({ relay_status: 'ON' }, AT_2_4_GHZ)), '127.0.0.1')
    assert.deepEqual([device?.kind, device?.on, device?.features, device?.mac], ['plug', true, [], '50:C7:BF:00:00:02'])
  })
})
