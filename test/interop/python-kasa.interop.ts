import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Command } from '../../src/domain/command'
import { DEFAULT_TIMEOUTS, type Connection, type Session } from '../../src/integrations/integration'
import { LOOPBACK_BROADCAST, SIMULATED_ACCOUNT, type SimulatedDevice } from '../../src/simulator'
import { credentialsOf, kasaSession, pollOnce } from '../support/kasa'
import { ourValues, pythonValues, toldByOneAlone, type Values } from './comparison'
import { Examples } from './devices'
import { PythonKasa, type PythonDevice, type PythonFindings } from './python-kasa'

const WINDOW_S = 2
const PATIENCE_MS = 30_000
const STRANGER = { username: 'stranger@example.com', password: 'strange' }

const { KASA_MONITOR_PYTHON: python = 'python3', KASA_MONITOR_HTTP_PORT: httpPort } = process.env

describe('python-kasa and we, on the same simulated devices', function () {
  this.timeout(PATIENCE_MS)
  const examples = new Examples(httpPort === undefined ? undefined : Number(httpPort))
  const { simulator } = examples
  const kasa = { power: 5 } as const
  const tapo = { model: 'P110(EU)', power: 5 } as const
  const locked = simulator.addPlug({ ...examples.named('TPAP plug'), ...tapo, speaks: 'tpap-closed' })
  const foreign = [
    simulator.addPlug({ ...examples.named('Foreign KLAP plug'), ...tapo, account: STRANGER }),
    simulator.addPlug({ ...examples.named('Foreign AES plug'), ...tapo, account: STRANGER, speaks: 'aes' }),
  ]
  const unowned = [
    simulator.addPlug({ ...examples.named('Unowned Kasa plug'), ...kasa, account: 'kasa-default', speaks: 'klap-1' }),
    simulator.addPlug({ ...examples.named('Unowned Tapo plug'), ...tapo, account: 'tapo-default' }),
    simulator.addPlug({ ...examples.named('Unowned AES plug'), ...tapo, account: 'tapo-default', speaks: 'aes' }),
    simulator.addPlug({ ...examples.named('Blank plug'), ...tapo, account: 'blank' }),
  ]
  const updated = simulator.addPlug({ ...examples.named('Updated plug'), ...kasa })
  examples.run()
  const connections = new Map<string, Connection>()
  let other: PythonKasa
  let session: Session
  let findings: PythonFindings

  before(async () => {
    await simulator.start()
    other = new PythonKasa(python)
    await other.login(SIMULATED_ACCOUNT)
    findings = await other.discover(LOOPBACK_BROADCAST, WINDOW_S)
    session = kasaSession({ timeouts: DEFAULT_TIMEOUTS, credentials: credentialsOf(SIMULATED_ACCOUNT) })
  })
  after(async () => {
    session?.stop()
    await other?.stop()
    await simulator.stop()
  })

  function connectionTo({ host }: SimulatedDevice): Connection {
    const connection = connections.get(host) ?? session.connect({ host })
    connections.set(host, connection)
    return connection
  }

  /** The device first, read last: a strip adds up what its outlets have told. */
  async function ours(device: SimulatedDevice): Promise<Values[]> {
    const connection = connectionTo(device)
    const values: Values[] = []
    for (const { device_id } of (await connection.describe()).toReversed()) {
      const { readings } = await pollOnce(connection, device_id)
      values.unshift(ourValues(readings.find((reading) => reading.device_id === device_id) ?? assert.fail(device_id)))
    }
    return values
  }

  async function theirs({ host }: SimulatedDevice): Promise<Values[]> {
    return withChildren(await other.read(host)).map(pythonValues)
  }

  async function command(device: SimulatedDevice, given: Command, child?: number): Promise<void> {
    const connection = connectionTo(device)
    const [parent, ...children] = await connection.describe()
    await connection.command((child === undefined ? parent : children[child])?.device_id, given)
  }

  for (const { device, finding, apart } of examples.all) {
    it(`find, log in to and read the same: ${device.alias}`, async () => {
      assert.deepEqual(findings.hosts[device.host], finding)
      assert.deepEqual(toldByOneAlone(await ours(device), await theirs(device)), apart)
    })
  }

  for (const { device, apart } of examples.all.filter((example) => example.device.outlets.length > 0)) {
    it(`switch for each other to see: ${device.alias}`, async () => {
      const child = device.outlets.length > 1 ? 1 : undefined
      const place = child === undefined ? 0 : child + 1
      await other.change(device.host, 'state', false, child)
      assert.equal((await ours(device))[place]?.on, false)
      await command(device, { name: 'on' }, child)
      assert.equal((await theirs(device))[place]?.on, true)
      assert.deepEqual(toldByOneAlone(await ours(device), await theirs(device)), apart)
    })
  }

  for (const alias of ['XOR dimmer', 'XOR bulb', 'klap-1 bulb', 'Tapo bulb']) {
    it(`dim for each other to see: ${alias}`, async () => {
      const { device } = examples.all.find((example) => example.device.alias === alias) ?? assert.fail(alias)
      await other.change(device.host, 'brightness', 25)
      assert.equal((await ours(device))[0]?.brightness_pct, 25)
      await command(device, { name: 'brightness', brightness_pct: 75 })
      assert.equal((await theirs(device))[0]?.brightness_pct, 75)
    })
  }

  it('are kept out by a device that only announces TPAP', async () => {
    assert.ok(findings.unsupported.includes(locked.host))
    await assert.rejects(pollOnce(connectionTo(locked)), { name: 'MonitorError' })
  })

  it('are refused by a device of somebody else', async () => {
    for (const device of foreign) {
      await assert.rejects(other.read(device.host), { name: 'AuthenticationError' })
      await assert.rejects(pollOnce(connectionTo(device)), { code: 'LOGIN_REFUSED' })
    }
  })

  it('log in to devices of nobody', async () => {
    for (const device of unowned) assert.deepEqual(toldByOneAlone(await ours(device), await theirs(device)), [])
  })

  it('read on after updates of the firmware, we after one failure at most and without being told', async () => {
    assert.deepEqual(toldByOneAlone(await ours(updated), await theirs(updated)), [])
    for (const speaks of ['klap-1', 'klap-2'] as const) {
      await updated.updateFirmware({ speaks })
      await other.login(SIMULATED_ACCOUNT)
      await other.discover(updated.host, WINDOW_S)
      const read = await ours(updated).catch(() => ours(updated))
      assert.deepEqual(toldByOneAlone(read, await theirs(updated)), [])
    }
  })

  it('never ask a device two things at once', () => {
    const asked = simulator.devices.filter(({ requests }) => requests.handshakes + requests.requests > 0)
    assert.deepEqual(
      asked.map(({ alias, requests }) => [alias, requests.max_in_flight]),
      asked.map(({ alias }) => [alias, 1]),
    )
  })
})

function withChildren(device: PythonDevice): PythonDevice[] {
  return [device, ...device.children]
}
