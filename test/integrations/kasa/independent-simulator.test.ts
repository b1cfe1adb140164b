import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { Device as PeerDevice } from 'tplink-smarthome-simulator'
import type { Finding, Session } from '../../../src/integrations/integration'
import { impatientClock, kasaSession, pollOnce, TEST_TIMEOUTS } from '../../support/kasa'

const PEERS = {
  plug: 'hs110v2',
  old: 'hs110',
  strip: 'hs300',
  dimmer: 'hs220',
  bulb: 'lb130',
  lights: 'kl430',
} as const
type Peer = keyof typeof PEERS

describe('devices that independent code simulates (tplink-smarthome-simulator)', () => {
  const devices = new Map<Peer, PeerDevice>()
  let session: Session

  before(async () => {
    for (const [index, name] of (Object.keys(PEERS) as Peer[]).entries()) devices.set(name, await started(name, index))
    session = kasaSession({ clock: impatientClock })
  })

  after(async () => {
    session.stop()
    for (const device of devices.values()) await device.stop()
  })

  /** It takes a free UDP port and then wants the TCP port of the same number, which may be in use. */
  async function started(name: Peer, index: number, tries = 5): Promise<PeerDevice> {
    const data = { alias: `Peer ${name}`, deviceId: String(index + 1).repeat(40) }
    const device = new PeerDevice({ model: PEERS[name], address: `127.99.0.${index + 1}`, data })
    try {
      await device.start()
      return device
    } catch (thrown) {
      if (tries > 1) return started(name, index, tries - 1)
      throw thrown
    }
  }

  const addressOf = (name: Peer) => devices.get(name)?.address ?? ''
  const portOf = (name: Peer) => devices.get(name)?.port ?? 0
  const connect = (name: Peer) => session.connect({ host: addressOf(name), port: portOf(name) })

  it('are read: both generations of meters', async () => {
    for (const name of ['plug', 'old'] as const) {
      const [reading] = (await pollOnce(connect(name))).readings
      assert.equal(reading?.alias, `Peer ${name}`)
      assert.equal(reading?.power_w, 3.14)
      assert.ok((reading?.voltage_v ?? 0) > 90)
    }
  })

  it('are read: a strip and each of its outlets', async () => {
    const connection = connect('strip')
    const [strip, ...outlets] = await connection.describe()
    assert.equal(strip?.kind, 'strip')
    assert.equal(outlets.length, 6)
    for (const outlet of outlets) {
      const [reading] = (await pollOnce(connection, outlet.device_id)).readings
      assert.equal(reading?.parent_id, strip?.device_id)
      assert.equal(typeof reading?.power_w, 'number')
    }
    const [sum] = (await pollOnce(connection)).readings
    assert.equal(typeof sum?.power_w, 'number')
  })

  it('are read: a dimmer, a bulb and a light strip', async () => {
    const kinds = []
    for (const name of ['dimmer', 'bulb', 'lights'] as const) {
      const [device] = await connect(name).describe()
      const [reading] = (await pollOnce(connect(name))).readings
      kinds.push([device?.kind, typeof reading?.on])
    }
    assert.deepEqual(kinds, [
      ['dimmer', 'boolean'],
      ['bulb', 'boolean'],
      ['light-strip', 'boolean'],
    ])
  })

  it('obey: switched on and off, each time confirmed', async () => {
    for (const name of ['plug', 'dimmer', 'bulb', 'lights'] as const) {
      const connection = connect(name)
      assert.equal((await connection.command(undefined, { name: 'on' })).on, true)
      assert.equal((await connection.command(undefined, { name: 'toggle' })).on, false)
    }
  })

  it('obey: one outlet of a strip', async () => {
    const connection = connect('strip')
    const outlet = (await connection.describe())[3]
    assert.ok(outlet)
    const { on } = await connection.command(outlet.device_id, { name: 'toggle' })
    assert.equal(on, !outlet.on)
  })

  it('are found by discovery', async () => {
    const findings: Finding[] = []
    const onFinding = (finding: Finding) => void findings.push(finding)
    const seeker = kasaSession({ timeouts: TEST_TIMEOUTS })
    await seeker.discover({ targets: [addressOf('strip')], port: portOf('strip'), repeats: 1, onFinding })
    seeker.stop()
    assert.deepEqual(
      findings.map((finding) => finding.supported && finding.device.model),
      ['HS300(US)'],
    )
  })
})
