import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Reading } from '../../../../../src/domain/reading'
import { promised } from '../../../../../src/integrations/kasa/commands/promised'
import type { DeviceInfo } from '../../../../../src/integrations/kasa/protocols/smart/device-info'
import type { SmartOutcome } from '../../../../../src/integrations/kasa/protocols/smart/smart-device'
import { ScriptedSmart, scriptedReader } from '../../../../support/scripted-smart'
import {
  ALIAS,
  dumpOf,
  hasRecordings,
  ID,
  measured,
  namesIn,
  whatIs,
  WITHOUT_RECORDINGS,
  type Expected,
} from '../../../../support/recordings'
import { CHILDREN, HOSTS } from '../../../../support/smart-recordings'

/** As it stands in the recordings. */
const child_id = (number: number) => `SCRUBBED_CHILD_DEVICE_ID_${number}`

describe('recordings of newer devices', () => {
  if (!hasRecordings) {
    it('are not there', () => console.log(WITHOUT_RECORDINGS))
    return
  }

  it('are all here, and every one is expected', () => {
    assert.deepEqual(namesIn('smart').sort(), Object.keys(HOSTS).sort())
    assert.deepEqual(namesIn('smart-child').sort(), Object.keys(CHILDREN).sort())
  })

  for (const [name, { children = [], reading, ...own }] of Object.entries(HOSTS)) {
    it(`of ${name} are read`, async () => {
      const dump = dumpOf('smart', name)
      const { reader, device } = scriptedReader(new ScriptedSmart(dump, dump.child_devices))
      const info = await promised<DeviceInfo>((done) => reader.meet(false, done))
      const devices = device.describe(info)
      assert.deepEqual(
        devices.map((each) => [each.device_id, each.parent_id, each.on, whatIs(each)]),
        [
          [ID, undefined, reading.on, own],
          ...children.map(({ number, reading, ...child }) => [child_id(number), ID, reading.on, child]),
        ],
      )

      for (const child of children) {
        const device_id = child_id(child.number)
        const read = await promised<Reading>((done) => reader.readChild(device_id, false, done))
        const { model } = child
        assert.deepEqual(measured(read), {
          ...{ device_id, parent_id: ID, alias: ALIAS, model, quality: 'good' },
          ...child.reading,
        })
      }
      const outcome = await promised<SmartOutcome>((done) => reader.readDevice(false, done))
      const [read] = outcome.readings
      assert.ok(read)
      assert.deepEqual(measured(read), { device_id: ID, alias: ALIAS, model: own.model, quality: 'good', ...reading })
    })
  }

  it('of sensors and valves are read through their hub', async () => {
    const names = Object.keys(CHILDREN)
    // Recorded behind different hubs, where they had the same places.
    const sensors = names.map((name, index) => {
      const { get_device_info } = dumpOf('smart-child', name)
      return { ...(get_device_info as object), device_id: child_id(index) }
    })
    const hub = dumpOf('smart', 'H100(EU)_1.0_1.2.3')
    const script = new ScriptedSmart({ ...hub, get_child_device_list: { child_device_list: sensors } })
    const { reader, device } = scriptedReader(script)
    const info = await promised<DeviceInfo>((done) => reader.meet(false, done))
    await promised<SmartOutcome>((done) => reader.readDevice(false, done))
    script.requests.length = 0
    const { readings } = await promised<SmartOutcome>((done) => reader.readDevice(false, done))
    assert.deepEqual(script.requests, ['get_device_info,get_child_device_list'])

    const devices = device.describe(info)
    for (const [index, name] of names.entries()) {
      const { reading, ...what } = CHILDREN[name] as Expected
      const [described, read] = [devices[index + 1], readings[index + 1]]
      assert.ok(described && read)
      assert.deepEqual(whatIs(described), what)
      const identity = { device_id: child_id(index), parent_id: ID, alias: ALIAS, model: what.model, quality: 'good' }
      assert.deepEqual(measured(read), { ...identity, ...reading })
    }
  })
})
