import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Connection, Session } from '../../../../src/integrations/integration'
import { isTdpPacket } from '../../../../src/integrations/kasa/discovery/tdp-probe'
import { decrypt, encrypt } from '../../../../src/integrations/kasa/transports/xor-codec'
import type { SimulatedDevice } from '../../../../src/simulator/simulated-device'
import { Simulator } from '../../../../src/simulator/simulator'
import { FakeClock } from '../../../support/fake-clock'
import { kasaSession, pollOnce, TEST_TIMEOUTS } from '../../../support/kasa'
import { soon } from '../../../support/soon'

describe('port 9999 over UDP', () => {
  let simulator: Simulator
  let device: SimulatedDevice
  let session: Session
  let connection: Connection

  beforeEach(async () => {
    simulator = new Simulator({ port: 0 })
    device = simulator.addPlug({ power: 60, model: 'KP115(EU)' })
    await simulator.start()
    session = kasaSession({ timeouts: TEST_TIMEOUTS, port: simulator.port, poll_over: 'udp' })
    connection = session.connect({ host: device.host })
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  it('polls by datagrams, and asks by stream only what does not name its device', async () => {
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
    device.requests.clear()
    for (let count = 0; count < 5; count++) await pollOnce(connection)
    assert.deepEqual([device.requests.datagrams, device.requests.requests], [5, 5])
  })

  it('commands by stream', async () => {
    await pollOnce(connection)
    device.requests.clear()
    await connection.command(undefined, { name: 'off' })
    assert.equal(device.requests.datagrams, 0)
    assert.equal(device.on, false)
  })

  it('reads outlets, whose ids are cut to two characters on this way', async () => {
    const strip = simulator.addStrip({ short_outlet_ids: true, outlets: [{ power: 5 }, { power: 7 }] })
    await simulator.start()
    connection = session.connect({ host: strip.host })
    const [reading] = (await pollOnce(connection, `${strip.device_id}01`)).readings
    assert.equal(reading?.power_w, 7)
  })

  it('says REPLY_TIMEOUT of a silent device, and asks several times before', async () => {
    const clock = new FakeClock()
    session.stop()
    session = kasaSession({ clock, timeouts: TEST_TIMEOUTS, port: simulator.port, poll_over: 'udp' })
    connection = session.connect({ host: device.host })
    await pollOnce(connection)
    device.requests.clear()
    device.behave({ kind: 'silence' })
    const asked = assert.rejects(pollOnce(connection), { code: 'REPLY_TIMEOUT' })
    for (const datagrams of [1, 2, 3, 4]) {
      await soon(() => assert.equal(device.requests.datagrams, datagrams))
      clock.advance(TEST_TIMEOUTS.reply_ms / 4)
    }
    await asked
    assert.equal(device.requests.datagrams, 4)
  })

  it('survives a lost answer', async () => {
    await pollOnce(connection)
    device.behave({ kind: 'silence' })
    const poll = pollOnce(connection)
    await new Promise((resolve) => setTimeout(resolve, TEST_TIMEOUTS.reply_ms / 8))
    device.behave()
    assert.equal((await poll).readings[0]?.power_w, 60)
  })

  it('refuses what is no answer', async () => {
    for (const kind of ['garbage', 'not-json'] as const) {
      device.behave({ kind })
      await assert.rejects(pollOnce(connection), { code: 'REPLY_INVALID' })
    }
  })

  it('is deaf to whoever was not asked', async () => {
    await pollOnce(connection)
    device.behave({ kind: 'silence' })
    const stranger = createSocket('udp4')
    stranger.bind(0, '127.0.0.1')
    await once(stranger, 'listening')
    const target = createSocket('udp4')
    target.bind(0, '127.0.0.1')
    await once(target, 'listening')
    try {
      target.on('message', (bytes, from) => {
        // What follows a silence: the question how the host wants to be spoken to.
        if (isTdpPacket(bytes)) return
        assert.ok(decrypt(bytes).includes('get_sysinfo'))
        const sysinfo = { deviceId: 'X', model: 'HS100', type: 'IOT.SMARTPLUGSWITCH' }
        stranger.send(encrypt(JSON.stringify({ system: { get_sysinfo: sysinfo } })), from.port, from.address)
      })
      const asked = session.connect({ host: '127.0.0.1', port: target.address().port })
      await assert.rejects(pollOnce(asked), { code: 'REPLY_TIMEOUT' })
    } finally {
      stranger.close()
      target.close()
    }
  })

  it('finds hosts by name', async () => {
    // All at once on a port that is free here too: this address is everybody's.
    await simulator.stop()
    const named = simulator.addPlug({ host: '127.0.0.1' })
    await simulator.start()
    const found = session.connect({ host: 'localhost', port: simulator.port })
    const [reading] = (await pollOnce(found)).readings
    assert.equal(reading?.device_id, named.device_id)
  })

  it('ends polls under way when it is closed', async () => {
    device.behave({ kind: 'silence' })
    const poll = pollOnce(connection)
    session.stop()
    await assert.rejects(poll, { code: 'CLOSED' })
  })
})
