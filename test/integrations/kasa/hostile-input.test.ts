import assert from 'node:assert/strict'
import Ajv from 'ajv'
import fc from 'fast-check'
import { afterEach, describe, it } from 'mocha'
import { MonitorError } from '../../../src/domain/errors'
import { isPhysical, READING_SCHEMA, type Reading } from '../../../src/domain/reading'
import { describeDevices } from '../../../src/integrations/kasa/protocols/iot/describe'
import { parseObject } from '../../../src/integrations/kasa/json'
import type { Moment } from '../../../src/integrations/kasa/readings'
import { IotDevice } from '../../../src/integrations/kasa/protocols/iot/iot-device'
import { localTimeOf, statisticsOf } from '../../../src/integrations/kasa/protocols/iot/iot-statistics'
import { sysinfoOf } from '../../../src/integrations/kasa/protocols/iot/sysinfo'

const isReading = new Ajv().compile<Reading>(READING_SCHEMA)
const MOMENT: Moment = { host: '127.0.0.1', timestamp: Date.UTC(2026, 10, 20), latency_ms: 1, monotonic_ms: 1 }

/** Readings, or the code of a `MonitorError`; anything else that is thrown fails the test. */
function readingsOf(text: string): readonly Reading[] {
  try {
    const device = new IotDevice('127.0.0.1', undefined)
    const reply = parseObject(text)
    const readings = [...device.read(reply, MOMENT).readings, ...device.read(reply, MOMENT).readings]
    describeDevices(sysinfoOf(reply), '127.0.0.1')
    return readings
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError, String(thrown))
    assert.notEqual(thrown.code, 'INTERNAL')
    return []
  }
}

function assertSound(readings: readonly Reading[]): void {
  for (const reading of readings) {
    assert.ok(isReading(reading), JSON.stringify(isReading.errors))
    assert.equal(reading.quality === 'good', isPhysical(reading))
    for (const value of Object.values(reading)) assert.ok(typeof value !== 'number' || Number.isFinite(value))
  }
}

const anything = fc.jsonValue()
const number = fc.oneof(fc.double(), fc.integer(), anything)
const flag = fc.oneof(fc.constantFrom<unknown>(0, 1, 2, true, 'on'), anything)
const text = fc.oneof(fc.string({ maxLength: 400 }), anything)

const child = fc.record({ id: fc.oneof(fc.constantFrom('00', '01', 'X'.repeat(500)), text), alias: text, state: flag })
const sysinfo = fc.record(
  {
    deviceId: fc.oneof(fc.constantFrom('D', ''), text),
    mac: fc.oneof(fc.constantFrom('aa-bb-cc-dd-ee-ff', 'nonsense'), text),
    type: fc.constantFrom('IOT.SMARTPLUGSWITCH', 'IOT.SMARTBULB', 'IOT.IPCAMERA', 5),
    model: text,
    alias: text,
    dev_name: fc.oneof(fc.constantFrom('Smart Dimmer', 'Light Switch'), text),
    feature: fc.oneof(fc.constantFrom('TIM:ENE', 'TIM'), text),
    sw_ver: text,
    relay_state: flag,
    brightness: number,
    rssi: number,
    children: fc.oneof(fc.array(fc.oneof(child, anything)), anything),
    light_state: fc.oneof(
      fc.record({ on_off: flag, brightness: number, color_temp: number, hue: number, saturation: number }),
      anything,
    ),
    is_color: flag,
    is_dimmable: flag,
    is_variable_color_temp: flag,
    err_code: fc.oneof(fc.constant(0), anything),
  },
  { requiredKeys: [] },
)
const realtime = fc.record(
  { power_mw: number, power: number, voltage_mv: number, voltage: number, current_ma: number, total_wh: number },
  { requiredKeys: [] },
)
const reply = fc.record(
  {
    system: fc.oneof(fc.record({ get_sysinfo: sysinfo }), anything),
    emeter: fc.oneof(fc.record({ get_realtime: fc.oneof(realtime, anything) }), anything),
    'smartlife.iot.common.emeter': fc.oneof(fc.record({ get_realtime: fc.oneof(realtime, anything) }), anything),
  },
  { requiredKeys: ['system'] },
)

describe('whatever a device sends', () => {
  afterEach(() => {
    assert.deepEqual(Object.keys(Object.prototype), [])
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  })

  it('gives readings or an error of ours: any text', () => {
    fc.assert(fc.property(fc.string(), (given) => assertSound(readingsOf(given))))
  })

  it('gives readings or an error of ours: any JSON', () => {
    fc.assert(fc.property(fc.json(), (given) => assertSound(readingsOf(given))))
  })

  it('gives readings or an error of ours: replies with wrong types and wild numbers', () => {
    let read = 0
    fc.assert(
      fc.property(reply, (given) => {
        const readings = readingsOf(JSON.stringify(given))
        read += readings.length
        assertSound(readings)
      }),
      { numRuns: 1000 },
    )
    assert.ok(read > 50, `only ${read} readings`)
  })

  it('changes no prototype', () => {
    const sysinfo_text = '"deviceId":"D","model":"M","type":"IOT.SMARTPLUGSWITCH","feature":"ENE"'
    const polluted = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'
    const given = `{${polluted},"system":{${polluted},"get_sysinfo":{${polluted},${sysinfo_text}}},"emeter":{${polluted}}}`
    const readings = readingsOf(given)
    assert.equal(readings.length, 2)
    assertSound(readings)
  })

  it('survives nesting, duplicates and numbers without end', () => {
    readingsOf('['.repeat(100_000) + ']'.repeat(100_000))
    readingsOf(`{"system":${'{"system":'.repeat(5000)}1${'}'.repeat(5001)}`)
    const endless = `{"system":{"get_sysinfo":{"deviceId":"D","deviceId":"E","type":"IOT.SMARTPLUGSWITCH","feature":"ENE"}},
      "emeter":{"get_realtime":{"power":${'9'.repeat(400)},"voltage":1e999,"current":-1e999}}}`
    const [reading] = readingsOf(endless)
    assert.equal(reading?.device_id, 'E')
    assert.deepEqual([reading?.power_w, reading?.voltage_v, reading?.current_a], [undefined, undefined, undefined])
  })

  it('marks what no device can measure, and keeps it', () => {
    const given = { deviceId: 'D', type: 'IOT.SMARTPLUGSWITCH', feature: 'ENE', relay_state: 1 }
    const emeter = { get_realtime: { power_mw: 9e9, voltage_mv: 230_000 } }
    const [reading] = readingsOf(JSON.stringify({ system: { get_sysinfo: given }, emeter }))
    assert.deepEqual([reading?.quality, reading?.power_w, reading?.voltage_v], ['suspect', 9_000_000, 230])
  })

  it('gives statistics or none', () => {
    const list = fc.oneof(
      fc.array(fc.oneof(fc.record({ year: number, month: number, day: number, energy: number }), anything)),
      anything,
    )
    fc.assert(
      fc.property(list, list, anything, (day_list, month_list, other) => {
        const emeter = { get_daystat: { day_list }, get_monthstat: { month_list } }
        for (const given of [{ emeter }, { emeter: other }]) {
          const { statistics } = statisticsOf(parseObject(JSON.stringify(given)), 'emeter', 0)
          for (const value of Object.values(statistics)) assert.ok(Number.isFinite(value))
        }
      }),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('year', 'month', 'mday', 'hour', 'min', 'sec'), number), (given) => {
        const time = localTimeOf(given)
        assert.ok(time === undefined || Number.isFinite(time))
      }),
    )
  })
})
