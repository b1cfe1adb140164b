import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Secret } from '../../../../src/domain/secret'
import type { DiscoveryRequest, Finding, Session } from '../../../../src/integrations/integration'
import { MAXIMUM_FINDINGS } from '../../../../src/integrations/kasa/discovery/findings'
import { parsePacket } from '../../../../src/integrations/kasa/discovery/tdp-frame'
import { isTdpPacket } from '../../../../src/integrations/kasa/discovery/tdp-probe'
import { decrypt, encrypt } from '../../../../src/integrations/kasa/transports/xor-codec'
import { LOOPBACK_BROADCAST, Simulator } from '../../../../src/simulator/simulator'
import { FakeClock } from '../../../support/fake-clock'
import { kasaSession, TEST_TIMEOUTS } from '../../../support/kasa'
import { soon } from '../../../support/soon'

describe('discovery of Kasa devices', () => {
  let simulator: Simulator
  let session: Session
  let findings: Finding[]

  beforeEach(async () => {
    simulator = new Simulator({ port: 0 })
    findings = []
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  async function discover(targets: readonly string[], options: Partial<DiscoveryRequest> = {}): Promise<void> {
    await simulator.start()
    session = kasaSession({ timeouts: TEST_TIMEOUTS, port: simulator.port })
    await session.discover({ targets, repeats: 3, onFinding: (finding) => void findings.push(finding), ...options })
  }

  const models = () => findings.map((finding) => (finding.supported ? finding.device.model : finding.code)).sort()

  it('finds every device behind a broadcast address, each once, however often it asks', async () => {
    simulator.addPlug()
    simulator.addStrip()
    simulator.addBulb()
    await discover([LOOPBACK_BROADCAST])
    assert.deepEqual(models(), ['HS300(US)', 'KL130(EU)', 'KP115(EU)'])
  })

  it('tells address, port and what the device is', async () => {
    const device = simulator.addPlug({ alias: 'Kettle' })
    await discover([device.host])
    const [finding] = findings
    assert.ok(finding?.supported)
    assert.equal(finding.port, simulator.port)
    const { host, alias, device_id, mac, kind, on } = finding.device
    assert.deepEqual(
      { host, alias, device_id, mac, kind, on },
      { host: device.host, alias: 'Kettle', device_id: device.device_id, mac: device.mac, kind: 'plug', on: true },
    )
  })

  it('finds a device that was deaf at first', async () => {
    const device = simulator.addPlug()
    device.behave({ kind: 'silence' })
    const search = discover([device.host])
    await soon(() => assert.ok(device.requests.datagrams > 0))
    device.behave()
    await search
    assert.deepEqual(models(), ['KP115(EU)'])
  })

  it('finds what answers when the event loop is free again after it was held for too long', async () => {
    const clock = new FakeClock()
    const device = simulator.addPlug()
    device.behave({ kind: 'silence' })
    await simulator.start()
    session = kasaSession({ clock, timeouts: TEST_TIMEOUTS, port: simulator.port })
    const onFinding = (finding: Finding) => void findings.push(finding)
    const search = session.discover({ targets: [device.host], repeats: 3, onFinding })
    await soon(() => {
      clock.advance(0)
      assert.ok(device.requests.datagrams > 0)
    })
    device.behave()
    clock.hold(2 * TEST_TIMEOUTS.discovery_ms)
    clock.advance(0)
    await soon(() => {
      clock.advance(TEST_TIMEOUTS.discovery_ms / 20)
      assert.deepEqual(models(), ['KP115(EU)'])
    })
    clock.advance(TEST_TIMEOUTS.discovery_ms)
    await search
  })

  it('asks each address as often as told, and no further', async () => {
    const device = simulator.addPlug()
    await discover([device.host], { repeats: 2 })
    await soon(() => assert.equal(device.requests.datagrams, 2))
  })

  it('asks more hosts than go out at once', async () => {
    const devices = Array.from({ length: 70 }, () => simulator.addPlug())
    await discover(
      devices.map(({ host }) => host),
      { repeats: 1 },
    )
    assert.equal(findings.length, 70)
  })

  it('shows garbage, text that is no JSON and cameras as unsupported', async () => {
    simulator.addPlug().behave({ kind: 'garbage' })
    simulator.addPlug().behave({ kind: 'not-json' })
    const camera = { deviceId: 'C', model: 'KC100(EU)', type: 'IOT.IPCAMERA', err_code: 0 }
    simulator.addPlug().script('system', 'get_sysinfo', camera)
    await discover([LOOPBACK_BROADCAST])
    assert.deepEqual(models(), ['DEVICE_UNSUPPORTED', 'REPLY_INVALID', 'REPLY_INVALID'])
    for (const finding of findings) assert.ok(!finding.supported && finding.reason !== '' && finding.host !== '')
  })

  it('finds newer devices too, by model and MAC, since they tell name and id to nobody who only asks', async () => {
    const plug = simulator.addPlug({ alias: 'Kettle' })
    const newer = simulator.addPlug({ model: 'P110(EU)' })
    simulator.addPlug({ speaks: 'klap-1' })
    await discover([LOOPBACK_BROADCAST])
    assert.deepEqual(models(), ['KP115(EU)', 'KP115(EU)', 'P110(EU)'])
    const found = new Map(findings.map((finding) => [finding.supported ? finding.device.host : finding.host, finding]))
    const [first, second] = [found.get(plug.host), found.get(newer.host)]
    assert.ok(first?.supported && second?.supported)
    assert.equal(first.device.alias, 'Kettle')
    const { alias, device_id, kind, mac } = second.device
    assert.deepEqual([alias, device_id, kind, mac], ['', undefined, 'plug', newer.mac.replaceAll('-', ':')])
  })

  it('says what helps where a device lets only the maker’s apps in', async () => {
    simulator.addPlug({ speaks: 'tpap' })
    await discover([LOOPBACK_BROADCAST])
    const [finding] = findings
    assert.ok(finding && !finding.supported)
    assert.equal(finding.code, 'DEVICE_UNSUPPORTED')
    assert.match(finding.reason, /^KP115\(EU\): .*Third-Party Compatibility/)
  })

  it('reports a second address that claims the id of a device, and does not follow it', async () => {
    const first = simulator.addPlug({ device_id: 'SAME' })
    const second = simulator.addPlug({ device_id: 'SAME' })
    await discover([first.host, second.host])
    assert.deepEqual(models(), ['IDENTITY_MISMATCH', 'KP115(EU)'])
  })

  it('ends at once when it is called off, and when the session ends', async () => {
    simulator.addPlug()
    const patient = { ...TEST_TIMEOUTS, discovery_ms: 60_000 }
    await simulator.start()
    session = kasaSession({ timeouts: patient, port: simulator.port })
    const cancel = new AbortController()
    const search = { targets: ['127.0.0.1'], repeats: 1, onFinding: () => undefined }
    const first = session.discover({ ...search, signal: cancel.signal })
    cancel.abort()
    await first
    await session.discover({ ...search, signal: cancel.signal })
    const second = session.discover(search)
    session.stop()
    await second
    await assert.rejects(session.discover(search), { code: 'CLOSED' })
  })

  it('is not stopped by an address that cannot be reached', async () => {
    const device = simulator.addPlug()
    await discover(['::1', device.host])
    assert.deepEqual(models(), ['KP115(EU)'])
  })

  it('refuses what is no target, no port or no number of repeats, by name', async () => {
    const request = { targets: ['127.0.0.1'], repeats: 1, onFinding: () => undefined }
    session = kasaSession({ timeouts: TEST_TIMEOUTS })
    const cases: readonly [Partial<DiscoveryRequest>, string][] = [
      [{ targets: ['127.1'] }, 'targets'],
      [{ targets: ['not a host'] }, 'targets'],
      [{ port: 70_000 }, 'port'],
      [{ repeats: 0 }, 'repeats'],
    ]
    for (const [change, field] of cases) {
      await assert.rejects(session.discover({ ...request, ...change }), (thrown: unknown) => {
        const { code, details } = thrown as { code: string; details: { field?: string } }
        return code === 'CONFIG_INVALID' && details.field === field
      })
    }
  })
})

describe('discovery under forged answers', () => {
  const PORT_TRIES = 5

  /** A socket per forged address, all on one port. */
  async function forgers(count: number): Promise<{ port: number; sockets: Socket[] }> {
    for (let attempt = 0; ; attempt++) {
      const sockets: Socket[] = []
      try {
        let port = 0
        for (let index = 0; index < count; index++) {
          const socket = createSocket('udp4')
          sockets.push(socket)
          socket.bind(port, `127.88.${index >> 7}.${(index & 127) + 1}`)
          await once(socket, 'listening')
          port = socket.address().port
        }
        return { port, sockets }
      } catch (thrown) {
        for (const socket of sockets) socket.close()
        if (attempt === PORT_TRIES) throw thrown
      }
    }
  }

  it('stops listening after 256 of them', async () => {
    const { port, sockets } = await forgers(MAXIMUM_FINDINGS + 20)
    // Time to read thousands of answers, on machines that do other things as well.
    const session = kasaSession({ timeouts: { ...TEST_TIMEOUTS, discovery_ms: 3000 } })
    const findings: Finding[] = []
    try {
      sockets.forEach((socket, index) => {
        const sysinfo = { deviceId: `F${index}`, model: 'HS100(EU)', type: 'IOT.SMARTPLUGSWITCH', ip: '10.0.0.1' }
        const answer = encrypt(JSON.stringify({ system: { get_sysinfo: sysinfo } }))
        socket.on('message', (_bytes, from) => {
          for (let count = 0; count < 3; count++) socket.send(answer, from.port, from.address)
        })
      })
      const targets = sockets.map((socket) => socket.address().address)
      await session.discover({ targets, port, repeats: 2, onFinding: (finding) => void findings.push(finding) })
      assert.equal(findings.length, MAXIMUM_FINDINGS)
      assert.ok(findings.every((finding) => finding.supported && finding.device.host.startsWith('127.88.')))
    } finally {
      session.stop()
      for (const socket of sockets) socket.close()
    }
  })

  it('gives them nothing that is secret: two questions, the same for everybody', async () => {
    const { port, sockets } = await forgers(1)
    const [socket] = sockets
    assert.ok(socket)
    const credentials = { username: 'canary@example.com', password: new Secret('canary') }
    const session = kasaSession({ timeouts: TEST_TIMEOUTS, credentials })
    const heard: string[] = []
    try {
      socket.on('message', (bytes) => {
        heard.push(isTdpPacket(bytes) ? parsePacket(bytes).payload.toString() : decrypt(bytes))
      })
      const targets = [socket.address().address]
      await session.discover({ targets, port, repeats: 2, onFinding: () => assert.fail('nobody answers') })
      const [sysinfo, probe, ...more] = [...new Set(heard)]
      assert.equal(sysinfo, '{"system":{"get_sysinfo":{}}}')
      const { params } = JSON.parse(probe ?? '') as { params: Record<string, unknown> }
      assert.deepEqual([Object.keys(params), more], [['rsa_key'], []])
    } finally {
      session.stop()
      socket.close()
    }
  })

  it('does not read a packet of more than 4 KiB', async () => {
    const { port, sockets } = await forgers(1)
    const [socket] = sockets
    assert.ok(socket)
    const session = kasaSession({ timeouts: TEST_TIMEOUTS })
    const findings: Finding[] = []
    try {
      socket.on('message', (_bytes, from) => socket.send(Buffer.alloc(4097), from.port, from.address))
      const targets = [socket.address().address]
      await session.discover({ targets, port, repeats: 1, onFinding: (finding) => void findings.push(finding) })
      assert.deepEqual(
        findings.map((finding) => !finding.supported && finding.code),
        ['REPLY_TOO_LARGE'],
      )
    } finally {
      session.stop()
      socket.close()
    }
  })
})
