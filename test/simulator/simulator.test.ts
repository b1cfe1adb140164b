import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { frame } from '../../src/integrations/kasa/transports/xor-codec'
import { LOOPBACK_BROADCAST, Simulator } from '../../src/simulator'
import { FakeClock } from '../support/fake-clock'
import { ask, hear, open, SYSINFO } from './raw-client'

describe('the simulator', () => {
  let simulator: Simulator

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(() => simulator.stop())

  it('answers a broadcast from every device at its own address', async () => {
    const devices = [simulator.addPlug(), simulator.addStrip(), simulator.addBulb({ host: '127.3.2.1' })]
    await simulator.start()
    const heard = await hear({ host: LOOPBACK_BROADCAST, port: simulator.port }, SYSINFO, devices.length)
    assert.deepEqual(heard.map(({ from }) => from).sort(), devices.map(({ host }) => host).sort())
    assert.ok(heard.every(({ port }) => port === simulator.port))
  })

  it('does not answer for a device that left', async () => {
    const [gone, there] = [simulator.addPlug(), simulator.addPlug()]
    await simulator.start()
    await gone.stop()
    const heard = await hear({ host: LOOPBACK_BROADCAST, port: simulator.port }, SYSINFO, 1)
    assert.deepEqual(
      heard.map(({ from }) => from),
      [there.host],
    )
    assert.equal(gone.requests.requests, 0)
  })

  it('starts devices that were added later', async () => {
    await simulator.start()
    const device = simulator.addPlug()
    await simulator.start()
    assert.equal((await ask(device, SYSINFO)).system.get_sysinfo.deviceId, device.device_id)
  })

  it('names the address that is in use', async () => {
    const { host } = simulator.addPlug()
    await simulator.start()
    const second = new Simulator({ port: simulator.port })
    second.addPlug({ host })
    await assert.rejects(second.start(), { code: 'CONFIG_INVALID', details: { host, field: 'host', value: host } })
    await second.stop()
  })

  it('stops with connections open, twice, and starts again', async () => {
    const device = simulator.addPlug()
    await simulator.start()
    const socket = await open(device)
    socket.on('error', () => undefined)
    await Promise.all([simulator.stop(), simulator.stop()])
    await simulator.start()
    await ask(device, SYSINFO)
    socket.destroy()
  })

  it('starts 200 devices, answers for each, and leaves nothing behind', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource !== 'Timeout')
    const before = sockets().sort()
    const clock = new FakeClock()
    const many = new Simulator({ port: 0, clock })
    for (let count = 0; count < 200; count++) many.addPlug({ power: count })
    await many.start()
    await Promise.all(many.devices.map((device) => ask(device, SYSINFO)))
    for (const device of many.devices.slice(0, 20)) {
      device.behave({ kind: 'latency', latency_ms: 60_000 })
      const socket = await open(device)
      socket.on('error', () => undefined)
      socket.write(frame(SYSINFO))
    }
    while (clock.pending < 20) await new Promise((resolve) => setImmediate(resolve))
    await many.stop()
    assert.equal(clock.pending, 0)
    while (sockets().length > before.length) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(sockets().sort(), before)
  })
})
