import assert from 'node:assert/strict'
import { Agent, request } from 'node:https'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Simulator } from '../../src/simulator'
import { KlapClient } from './http/klap-client'
import { post } from './http/http-client'
import { ask, open, SYSINFO, untilEnd } from './raw-client'

const REQUEST = { system: { get_sysinfo: {} } }

describe('a simulated device whose firmware updates itself', () => {
  let simulator: Simulator

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(() => simulator.stop())

  it('speaks otherwise at the same address, and is the same device with the same relay', async () => {
    const device = simulator.addPlug({ alias: 'Plug' })
    await simulator.start()
    const { host, port, device_id } = device
    const socket = await open(device)
    await ask(device, { system: { set_relay_state: { state: 0 } } })
    const ended = untilEnd(socket)
    await device.updateFirmware({ speaks: 'klap-1' })
    assert.equal((await ended).end, 'reset')
    for (const version of [1, 2] as const) {
      await device.updateFirmware({ speaks: `klap-${version}` })
      const client = new KlapClient(device, version)
      await client.logIn()
      const { text } = client.open(await client.send(REQUEST))
      const { deviceId, relay_state } = (JSON.parse(text) as { system: { get_sysinfo: Record<string, unknown> } })
        .system.get_sysinfo
      assert.deepEqual([deviceId, relay_state], [device_id, 0])
    }
    assert.deepEqual([device.host, device.port, device.speaks], [host, port, 'klap-2'])
  })

  it('speaks a protocol that only discovery tells of, and keeps everybody out', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)' })
    await simulator.start()
    await device.updateFirmware({ speaks: 'tpap-closed' })
    assert.equal((await post(device, { path: '/app/handshake1', body: 'x'.repeat(16) })).status, 403)
    const body = JSON.stringify({ method: 'login', params: { sub_method: 'discover' } })
    const { result } = JSON.parse((await post(device, { path: '/', body })).body.toString()) as {
      result: { mac: string; tpap: object }
    }
    assert.equal(result.mac, device.mac.replaceAll(':', '-'))
    assert.ok('pake' in result.tpap)
    assert.equal((await post(device, { path: '/', body: 'no json' })).status, 200)
  })

  it('listens to another account, also while it is away', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2' })
    const account = { username: 'other@example.com', password: 'other' }
    await device.updateFirmware({ account })
    await simulator.start()
    assert.equal((await new KlapClient(device, 2).logIn()).status, 403)
    assert.equal((await new KlapClient(device, 2, account).logIn()).status, 200)
  })

  it('speaks only what such a device can', async () => {
    assert.throws(() => simulator.addPlug({ speaks: 'aes' }), { code: 'CONFIG_INVALID' })
    const device = simulator.addPlug({ model: 'P110(EU)' })
    await assert.rejects(device.updateFirmware({ speaks: 'xor' }), { code: 'CONFIG_INVALID' })
  })

  it('speaks over TLS, with a certificate of its own', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2', secure: true })
    await simulator.start()
    const agent = new Agent({ rejectUnauthorized: false, keepAlive: true })
    const status = () =>
      new Promise((resolve, reject) => {
        const { host, port } = device
        const asked = request({ host, port, path: '/app/handshake1', method: 'POST', agent }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode))
        })
        asked.on('error', reject)
        asked.end(Buffer.alloc(16))
      })
    assert.deepEqual([await status(), await status()], [200, 200])
    assert.equal(device.requests.connections, 1)
    agent.destroy()
    const plain = await open(device)
    plain.write(SYSINFO)
    plain.destroy()
  })
})
