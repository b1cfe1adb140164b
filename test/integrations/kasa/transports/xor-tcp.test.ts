import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock } from '../../../../src/domain/clock'
import type { Connection, Session } from '../../../../src/integrations/integration'
import { SYSINFO_QUERY } from '../../../../src/integrations/kasa/protocols/iot/iot-query'
import { Exchange, Request } from '../../../../src/integrations/kasa/transports/exchange'
import { Network } from '../../../../src/integrations/kasa/transports/network'
import { RequestQueue } from '../../../../src/integrations/kasa/transports/request-queue'
import { frame } from '../../../../src/integrations/kasa/transports/xor-codec'
import { XorTcp } from '../../../../src/integrations/kasa/transports/xor-tcp'
import type { Behaviour } from '../../../../src/simulator/behaviour'
import type { SimulatedDevice } from '../../../../src/simulator/simulated-device'
import { Simulator } from '../../../../src/simulator/simulator'
import { holdLoop } from '../../../support/hold-loop'
import { kasaSession, pollOnce, TEST_TIMEOUTS } from '../../../support/kasa'

describe('port 9999 over TCP', () => {
  let simulator: Simulator
  let device: SimulatedDevice
  let session: Session
  let connection: Connection

  beforeEach(async () => {
    simulator = new Simulator({ port: 0 })
    device = simulator.addPlug({ power: 60 })
    await simulator.start()
    session = kasaSession({ timeouts: TEST_TIMEOUTS, port: simulator.port })
    connection = session.connect({ host: device.host })
  })

  afterEach(async () => {
    session.stop()
    await simulator.stop()
  })

  it('keeps one connection for all polls', async () => {
    for (let count = 0; count < 20; count++) await pollOnce(connection)
    assert.equal(device.requests.connections, 1)
  })

  it('never has two requests in flight at one device', async () => {
    await Promise.all(Array.from({ length: 10 }, () => pollOnce(connection)))
    assert.equal(device.requests.max_in_flight, 1)
  })

  it('sends nothing before it is asked', () => {
    session.connect({ host: device.host })
    assert.equal(device.requests.connections, 0)
  })

  it('does not take a device for silent because the event loop was held', async () => {
    await pollOnce(connection)
    const outcome = pollOnce(connection)
    holdLoop(2 * TEST_TIMEOUTS.reply_ms)
    assert.equal((await outcome).readings[0]?.power_w, 60)
  })

  const FAULTS: readonly [what: string, behaviour: Behaviour, code: string][] = [
    ['is silent', { kind: 'silence' }, 'REPLY_TIMEOUT'],
    ['trickles', { kind: 'trickle', interval_ms: 50 }, 'REPLY_TIMEOUT'],
    ['resets amid the reply', { kind: 'reset', when: 'reply' }, 'REPLY_CUT_SHORT'],
    ['sends half of a reply', { kind: 'short-reply' }, 'REPLY_CUT_SHORT'],
    ['answers bytes that are no text', { kind: 'garbage' }, 'REPLY_INVALID'],
    ['answers text that is no JSON', { kind: 'not-json' }, 'REPLY_INVALID'],
    ['claims a length of 2^32 - 1', { kind: 'length', length: -1 }, 'REPLY_TOO_LARGE'],
    ['claims more than 256 KiB', { kind: 'length', length: 262_145 }, 'REPLY_TOO_LARGE'],
    ['claims less than it sends', { kind: 'length', length: 100 }, 'REPLY_INVALID'],
    ['floods', { kind: 'flood' }, 'REPLY_TOO_LARGE'],
    ['answers twice', { kind: 'two-frames' }, 'REPLY_INVALID'],
    ['sends bytes behind the reply', { kind: 'extra-bytes' }, 'REPLY_INVALID'],
    ['is another device', { kind: 'other-device', device_id: 'OTHER', mac: '50:C7:BF:00:00:01' }, 'IDENTITY_MISMATCH'],
  ]
  for (const [what, behaviour, code] of FAULTS) {
    it(`says ${code} of a device that ${what}, and reads it again once it is well`, async () => {
      connection = session.connect({ host: device.host, device_id: device.device_id })
      await pollOnce(connection)
      device.behave(behaviour)
      await assert.rejects(pollOnce(connection), { code })
      device.behave()
      assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
    })
  }

  it('says CONNECTION_LOST where the device resets or ends each new connection', async () => {
    for (const behaviour of [{ kind: 'reset', when: 'accept' }, { kind: 'half-close' }] as const) {
      device.behave(behaviour)
      await assert.rejects(pollOnce(connection), { code: 'CONNECTION_LOST' })
    }
  })

  it('says CONNECT_FAILED where nobody listens', async () => {
    await device.stop()
    await assert.rejects(pollOnce(connection), { code: 'CONNECT_FAILED' })
  })

  it('notices nothing but a new connection when the device dropped the old one between two polls', async () => {
    await pollOnce(connection)
    device.reboot(0)
    assert.equal((await pollOnce(connection)).readings[0]?.power_w, 60)
    assert.equal(device.requests.connections, 2)
  })

  it('asks again at once on a new connection where the kept one turns out dead', async () => {
    await pollOnce(connection)
    device.behave({ kind: 'close-after-reply' })
    const outcomes = await Promise.all([pollOnce(connection), pollOnce(connection), pollOnce(connection)])
    assert.deepEqual(
      outcomes.map(({ readings }) => readings[0]?.power_w),
      [60, 60, 60],
    )
  })

  it('opens a connection per request at a device that closes it after each reply, and asks no request twice', async () => {
    device.behave({ kind: 'close-after-reply' })
    for (let count = 0; count < 5; count++) await pollOnce(connection)
    device.requests.clear()
    await Promise.all(Array.from({ length: 10 }, () => pollOnce(connection)))
    assert.equal(device.requests.requests, 10)
    assert.equal(device.requests.connections, 10)
  })

  it('keeps connections again, some time after the device has learned to', async () => {
    device.behave({ kind: 'close-after-reply' })
    for (let count = 0; count < 5; count++) await pollOnce(connection)
    device.behave()
    for (let count = 0; count < 60; count++) await pollOnce(connection)
    device.requests.clear()
    for (let count = 0; count < 10; count++) await pollOnce(connection)
    assert.equal(device.requests.connections, 0)
  })

  it('ends a poll that is under way and those behind it when it is closed', async () => {
    device.behave({ kind: 'silence' })
    const polls = [pollOnce(connection), pollOnce(connection)]
    connection.stop()
    connection.stop()
    for (const poll of polls) await assert.rejects(poll, { code: 'CLOSED' })
    await assert.rejects(pollOnce(connection), { code: 'CLOSED' })
  })

  it('calls back later, never from inside the call', () => {
    let called = false
    connection.poll(undefined, () => (called = true))
    assert.equal(called, false)
    connection.stop()
    called = false
    connection.poll(undefined, () => (called = true))
    assert.equal(called, false)
  })
})

describe('a device that answers unasked', () => {
  let server: Server
  const sockets: Socket[] = []

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server.close()
  })

  it('loses its connection, and the next poll reads what it asked for', async () => {
    const sysinfo = { deviceId: 'D', model: 'HS100(EU)', type: 'IOT.SMARTPLUGSWITCH', relay_state: 1 }
    const reply = frame(JSON.stringify({ system: { get_sysinfo: sysinfo } }))
    server = createServer((socket) => {
      sockets.push(socket)
      socket.on('data', () => socket.write(reply))
      socket.on('error', () => undefined)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as { port: number }
    const session = kasaSession({ timeouts: TEST_TIMEOUTS, port })
    try {
      const connection = session.connect({ host: '127.0.0.1' })
      await pollOnce(connection)
      const [first] = sockets
      assert.ok(first)
      first.write(reply)
      await once(first, 'close')
      assert.equal((await pollOnce(connection)).readings[0]?.on, true)
      assert.equal(sockets.length, 2)
    } finally {
      session.stop()
    }
  })
})

describe('a request on a kept connection that turns out dead', () => {
  const sockets: Socket[] = []
  let server: Server
  let network: Network
  let stream: XorTcp
  let received: number

  beforeEach(async () => {
    received = 0
    // Each connection is good for one reply; the next request on it is met with an end.
    server = createServer((socket) => {
      sockets.push(socket)
      let requests = 0
      socket.on('data', () => {
        received++
        if (++requests === 1) socket.write(frame('{}'))
        else socket.destroy()
      })
      socket.on('error', () => undefined)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    network = new Network(systemClock, TEST_TIMEOUTS)
  })

  afterEach(() => {
    stream.stop()
    network.stop()
    for (const socket of sockets.splice(0)) socket.destroy()
    server.close()
  })

  async function send(repeatable: boolean): Promise<string> {
    const { port } = server.address() as { port: number }
    const queue: RequestQueue = new RequestQueue(() => stream)
    stream = new XorTcp(network, queue, '127.0.0.1', port)
    const exchange = (request: Request) =>
      new Promise<string>((resolve) => {
        queue.add(new Exchange(request, false, (error, reply) => resolve(error?.code ?? reply)))
      })
    await exchange(SYSINFO_QUERY)
    return exchange(new Request('{"system":{"reboot":{}}}', repeatable, false))
  }

  it('is sent again at once where that does no harm', async () => {
    assert.equal(await send(true), '{}')
    assert.equal(received, 3)
  })

  it('is not sent again where twice would be too often', async () => {
    assert.equal(await send(false), 'CONNECTION_LOST')
    assert.equal(received, 2)
  })
})
