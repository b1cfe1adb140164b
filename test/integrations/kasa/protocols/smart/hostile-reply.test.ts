import assert from 'node:assert/strict'
import Ajv from 'ajv'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../../src/domain/errors'
import { READING_SCHEMA, type Reading } from '../../../../../src/domain/reading'
import { promised } from '../../../../../src/integrations/kasa/commands/promised'
import type { SmartOutcome } from '../../../../../src/integrations/kasa/protocols/smart/smart-device'
import { ScriptedSmart, scriptedReader, type Methods } from '../../../../support/scripted-smart'

const isReading = new Ajv({ strict: false }).compile<Reading>(READING_SCHEMA)

/** Values where a device would have others, and text that is no text. */
const anything = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue() },
  fc.constantFrom<unknown>(1e300, -1, '', 'normal', true, '\u0000', '\ud800', '__proto__', 'A'.repeat(1000)),
)
const KEYS = [
  ...['device_id', 'nickname', 'model', 'specs', 'mac', 'type', 'fw_ver', 'hw_ver', 'category', 'position'],
  ...['device_on', 'brightness', 'hue', 'saturation', 'color_temp', 'current_temp', 'temp_unit', 'target_temp'],
  ...['current_humidity', 'battery_percentage', 'at_low_battery', 'detected', 'open', 'status', 'rssi'],
  ...['water_leak_status', 'overheated', 'overheat_status', 'power_protection_status', 'overcurrent_status'],
]
const info = fc
  .dictionary(fc.constantFrom(...KEYS), anything)
  .map((wrong) => ({ device_id: 'A1', type: 'SMART.TAPOPLUG', ...wrong }))
const components = fc.constantFrom<unknown>(
  { component_list: [{ id: 'energy_monitoring', ver_code: 2 }] },
  { component_list: [{ id: 'energy_monitoring', ver_code: 2 }, { id: 'child_device' }] },
  { component_list: [{ id: 'color' }, { id: 'brightness' }, { id: 'color_temperature' }] },
)
const orElse = (value: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: value }, anything, fc.integer())
const energy = fc.dictionary(
  fc.constantFrom('power_mw', 'voltage_mv', 'current_ma', 'current_power', 'today_energy', 'month_energy'),
  anything,
)
const script: fc.Arbitrary<Methods> = fc.record({
  component_nego: orElse(components),
  get_device_info: orElse(info),
  get_emeter_data: orElse(energy),
  get_energy_usage: orElse(energy),
  get_current_power: orElse(energy),
  get_child_device_list: orElse(fc.record({ child_device_list: orElse(fc.array(orElse(info))), sum: anything })),
  get_child_device_component_list: orElse(fc.record({ child_component_list: fc.array(components) })),
})

async function check(script: ScriptedSmart): Promise<void> {
  const { reader, device } = scriptedReader(script)
  for (let poll = 0; poll < 2; poll++) {
    try {
      const { readings, info } = await promised<SmartOutcome>((done) => reader.readDevice(false, done))
      assert.equal(device.describe(info)[0]?.device_id, readings[0]?.device_id)
      assert.ok(readings.length >= 1 && readings.length <= 65)
      for (const reading of readings) assert.ok(isReading(reading), JSON.stringify([reading, isReading.errors]))
    } catch (thrown) {
      assert.ok(thrown instanceof MonitorError, String(thrown))
      assert.notEqual(thrown.code, 'INTERNAL', thrown.message)
    }
  }
  assert.ok(script.requests.length < 300)
}

describe('whatever a newer device sends', () => {
  it('becomes a reading or an error with a code', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (methods) => check(new ScriptedSmart(methods))),
      { numRuns: 300 },
    )
  })

  it('may be any JSON, or none', async () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('{"error_code":0,"result":{"responses":[null,{"method":"__proto__"}]}}', '{"error_code":"0"}'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1 }), async (replies) => {
        const device = new ScriptedSmart({})
        let next = 0
        device.reply = () => {
          device.requests.push('')
          return replies[next++ % replies.length] ?? ''
        }
        await check(device)
      }),
      { numRuns: 300 },
    )
  })

  it('does not reach the prototype of anything', async () => {
    const device = new ScriptedSmart({})
    device.reply = () =>
      '{"error_code":0,"result":{"device_id":"A1","type":"SMART.TAPOPLUG","__proto__":{"device_on":true},' +
      '"component_list":[{"id":"__proto__"}],"responses":[{"method":"constructor"}]}}'
    await check(device)
    assert.equal(({} as { device_on?: boolean }).device_on, undefined)
  })
})
