import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTo, createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock, type Clock } from '../../../src/domain/clock'
import { Secret } from '../../../src/domain/secret'
import type { Connection, Credentials, Finding, Session } from '../../../src/integrations/integration'
import { PROBE_MS } from '../../../src/integrations/kasa/discovery/host-probe'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../../src/simulator'
import type { SpokenTransport } from '../../../src/simulator/models/options'
import { kasaSession, pollOnce, TEST_TIMEOUTS } from '../../support/kasa'

const { username, password } = SIMULATED_ACCOUNT
const OWNER: Credentials = { username, password: new Secret(password) }

/** Gives up soon on hosts that announce nothing. */
const impatient: Clock = {
  ...systemClock,
  setTimeout: (callback, delay_ms) => systemClock.setTimeout(callback, delay_ms === PROBE_MS ? 100 : delay_ms),
}

describe('a host that is spoken to as it wants to be', function () {
  this.timeout(30_000)

  let simulator: Simulator
  let session: Session

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  async function open(clock: Clock = systemClock): Promise<Session> {
    await simulator.start()
    const timeouts = { ...TEST_TIMEOUTS, connect_ms: 2000, reply_ms: 2000 }
    session = kasaSession({ port: simulator.port, timeouts, clock, credentials: OWNER })
    return session
  }

  async function connect(device: SimulatedDevice): Promise<Connection> {
    return (await open()).connect({ host: device.host })
  }

  /** As the poller has it: what fails for a passing reason is asked again at once, what else later. */
  async function pollAgain(connection: Connection, tries = 3) {
    for (;;) {
      try {
        return await pollOnce(connection)
      } catch (thrown) {
        if (--tries === 0) throw thrown
      }
    }
  }

  for (const speaks of ['klap-1', 'klap-2'] as const) {
    it(`finds out by itself: the older commands over ${speaks}`, async () => {
      const device = simulator.addPlug({ speaks, power: 60 })
      const connection = await connect(device)
      const [reading] = (await pollOnce(connection)).readings
      assert.equal(reading?.power_w, 60)
      assert.equal(device.requests.handshakes, 1)
    })
  }

  for (const speaks of ['klap-2', 'aes', 'tpap'] as const) {
    it(`finds out by itself: the newer commands over ${speaks}`, async () => {
      const device = simulator.addPlug({ model: 'P110(EU)', speaks, power: 60 })
      const connection = await connect(device)
      assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
    })
  }

  for (const [name, options] of [
    ['the older commands over KLAP', { speaks: 'klap-1' }],
    ['the newer commands over KLAP', { model: 'P110(EU)', speaks: 'klap-2' }],
    ['the newer commands over TPAP', { model: 'P110(EU)', speaks: 'tpap' }],
    ['the newer commands over securePassthrough', { model: 'P110(EU)', speaks: 'aes' }],
  ] as const) {
    it(`finds out by trying where no datagram gets through: ${name}`, async () => {
      const device = simulator.addPlug({ ...options, power: 60 })
      await open(impatient)
      const relay = createServer((near) => {
        const far = connectTo(device.port, device.host)
        for (const [from, to] of [[near, far] as const, [far, near] as const]) {
          from.on('error', () => to.destroy()).on('close', () => to.destroy())
          from.pipe(to)
        }
      })
      await once(relay.listen(0, '127.0.0.1'), 'listening')
      try {
        const { port } = relay.address() as AddressInfo
        const [reading] = (await pollOnce(session.connect({ host: '127.0.0.1', port }))).readings
        assert.equal(reading?.power_w, 60)
        assert.equal(device.requests.probes, 0)
      } finally {
        session.stop()
        await new Promise((closed) => relay.close(closed))
      }
    })
  }

  it('needs to try nothing where a discovery has shown how', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2' })
    const findings: Finding[] = []
    await open()
    await session.discover({ targets: [device.host], repeats: 3, onFinding: (finding) => void findings.push(finding) })
    const connections = device.requests.connections
    await pollOnce(session.connect({ host: device.host }))
    assert.equal(findings.length, 1)
    assert.equal(connections, 0)
    assert.equal(device.requests.connections, 1)
  })

  it('wakes a server that sleeps until it is asked by datagram', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2', asleep: true })
    const connection = await connect(device)
    await pollOnce(connection)
    await device.sleep()
    assert.equal((await pollAgain(connection)).readings[0]?.device_id, device.device_id)
  })

  it('follows updates of the firmware: port 9999, KLAP, KLAP with the newer hashes', async () => {
    const device = simulator.addPlug({ speaks: 'xor', power: 60 })
    const connection = await connect(device)
    const seen: unknown[] = []
    for (const speaks of ['xor', 'klap-1', 'klap-2'] satisfies SpokenTransport[]) {
      await device.updateFirmware({ speaks })
      const [reading] = (await pollAgain(connection)).readings
      seen.push([reading?.device_id, reading?.power_w])
    }
    const same = [device.device_id, 60]
    assert.deepEqual(seen, [same, same, same])
  })

  it('follows an update from securePassthrough to KLAP', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', speaks: 'aes' })
    const connection = await connect(device)
    const [before] = (await pollOnce(connection)).readings
    await device.updateFirmware({ speaks: 'klap-2' })
    const [after] = (await pollAgain(connection)).readings
    assert.equal(after?.device_id, before?.device_id)
  })

  it('does not follow it back, to where the password itself is asked for', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', speaks: 'klap-2' })
    const connection = await connect(device)
    await pollOnce(connection)
    await device.updateFirmware({ speaks: 'aes' })
    await assert.rejects(pollAgain(connection), { code: 'LOGIN_REFUSED' })
    assert.equal(device.requests.logins, 1)
  })

  it('follows an update from KLAP to TPAP, and back', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', speaks: 'klap-2' })
    const connection = await connect(device)
    const seen: unknown[] = []
    for (const speaks of ['klap-2', 'tpap', 'klap-2'] satisfies SpokenTransport[]) {
      await device.updateFirmware({ speaks })
      const [reading] = (await pollAgain(connection)).readings
      seen.push(reading?.device_id)
    }
    assert.deepEqual(seen, Array(3).fill(device.device_id))
  })

  it('does not follow an update from TPAP to where the password itself is asked for', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', speaks: 'tpap' })
    const connection = await connect(device)
    await pollOnce(connection)
    await device.updateFirmware({ speaks: 'aes' })
    await assert.rejects(pollAgain(connection), { code: 'LOGIN_REFUSED' })
    assert.equal(device.requests.logins, 1)
  })

  it('says what helps where the firmware lets only the maker’s apps in', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2' })
    const connection = await connect(device)
    await pollOnce(connection)
    await device.updateFirmware({ speaks: 'tpap-closed' })
    const error = { code: 'DEVICE_UNSUPPORTED', message: /Third-Party Compatibility/ }
    await assert.rejects(pollAgain(connection), error)
    await assert.rejects(pollOnce(session.connect({ host: device.host })), error)
  })

  it('goes on as before with a device that was only away', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', speaks: 'klap-2' })
    const connection = await connect(device)
    await pollOnce(connection)
    await device.stop()
    await assert.rejects(pollOnce(connection))
    await assert.rejects(pollOnce(connection))
    await device.start()
    await pollAgain(connection)
    device.requests.clear()
    await pollOnce(connection)
    assert.equal(device.requests.handshakes, 0)
  })

  it('logs in once for all that wait for the first answer', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2' })
    const connection = await connect(device)
    await Promise.all([connection.describe(), pollOnce(connection), pollOnce(connection)])
    assert.equal(device.requests.handshakes, 1)
  })

  it('asks a device with another password once, and in one way', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2', account: { username, password: 'another' } })
    const connection = await connect(device)
    await assert.rejects(pollOnce(connection), { code: 'LOGIN_REFUSED' })
    assert.equal(device.requests.handshakes, 1)
    assert.equal(device.requests.logins, 0)
  })
})
