import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Simulator } from '../../src/simulator'
import { ask } from './raw-client'

const DUMPS = join(process.cwd(), '../shared/device-dumps/iot')

describe('a recorded device', () => {
  let simulator: Simulator

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(() => simulator.stop())

  it('says what was recorded, under another name and id where asked', async () => {
    const dump = {
      system: { get_sysinfo: { alias: 'x', deviceId: '0', model: 'KL130(EU)', mic_mac: '000000000000', err_code: 0 } },
      emeter: { err_code: -1, err_msg: 'module not support' },
    }
    const device = simulator.addDump(dump, { alias: 'Lamp', device_id: 'A1', mac: '02:00:00:00:00:01' })
    await simulator.start()
    assert.deepEqual(await ask(device, { system: { get_sysinfo: {}, reboot: {} }, emeter: { get_realtime: {} } }), {
      system: {
        get_sysinfo: { alias: 'Lamp', deviceId: 'A1', model: 'KL130(EU)', mic_mac: '020000000001', err_code: 0 },
        reboot: { err_code: -2, err_msg: 'member not support' },
      },
      emeter: { err_code: -1, err_msg: 'module not support' },
    })
    assert.deepEqual([device.alias, device.device_id, device.mac], ['Lamp', 'A1', '020000000001'])
  })

  it('is served for every recording at hand, reply by reply', async function () {
    if (!existsSync(DUMPS)) {
      console.log('      not run: no recordings beside the project')
      return
    }
    const dumps = readdirSync(DUMPS).map(
      (name) => JSON.parse(readFileSync(join(DUMPS, name), 'utf8')) as Record<string, Record<string, unknown>>,
    )
    const devices = dumps.map((dump) => ({ dump, device: simulator.addDump(dump) }))
    await simulator.start()
    assert.ok(devices.length > 0)
    for (const { dump, device } of devices) {
      for (const [module, methods] of Object.entries(dump)) {
        const request = Object.fromEntries(Object.keys(methods).map((method) => [method, {}]))
        assert.deepEqual(await ask(device, { [module]: request }), { [module]: methods })
      }
    }
  })
})
