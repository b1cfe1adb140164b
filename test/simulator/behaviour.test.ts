import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { decrypt, encrypt, frame } from '../../src/integrations/kasa/transports/xor-codec'
import { type Behaviour, type SimulatedDevice, Simulator } from '../../src/simulator'
import { FakeClock } from '../support/fake-clock'
import { ask, hear, isReset, nextBytes, open, SYSINFO, take, untilEnd } from './raw-client'

const REQUEST = frame(SYSINFO)

describe('a simulated device that misbehaves', () => {
  let clock: FakeClock
  let simulator: Simulator
  let device: SimulatedDevice

  beforeEach(async () => {
    clock = new FakeClock()
    simulator = new Simulator({ port: 0, clock })
    device = simulator.addPlug({ alias: 'Plug' })
    await simulator.start()
  })
  afterEach(() => simulator.stop())

  async function asked(...behaviours: Behaviour[]) {
    device.behave(...behaviours)
    const socket = await open(device)
    socket.write(REQUEST)
    return socket
  }

  /** Waits until the device has taken a number of requests. */
  async function taken(count: number): Promise<void> {
    while (device.requests.requests < count) await new Promise((resolve) => setImmediate(resolve))
  }

  it('answers later by its latency, over TCP and UDP', async () => {
    const socket = await asked({ kind: 'latency', latency_ms: 300 })
    await taken(1)
    assert.equal(device.requests.in_flight, 1)
    clock.advance(299)
    assert.equal(device.requests.in_flight, 1)
    clock.advance(1)
    assert.ok((await nextBytes(socket)).length > 4)
    assert.equal(device.requests.in_flight, 0)
    const answer = hear(device, SYSINFO, 1)
    await taken(2)
    clock.advance(300)
    assert.match((await answer)[0]?.text ?? '', /"alias":"Plug"/)
    socket.destroy()
  })

  it('is silent: takes the request and answers nothing until it is well again', async () => {
    const socket = await asked({ kind: 'silence' })
    await taken(1)
    assert.equal(device.requests.in_flight, 1)
    socket.destroy()
    device.behave()
    assert.equal((await ask(device, SYSINFO)).system.get_sysinfo.alias, 'Plug')
    assert.equal(device.requests.in_flight, 0)
  })

  it('trickles one byte per interval', async () => {
    const socket = await asked({ kind: 'trickle', interval_ms: 500 })
    for (let received = 0; received < 5; received++) {
      assert.equal((await nextBytes(socket)).length, 1)
      clock.advance(500)
    }
    socket.destroy()
  })

  it('resets a connection when it is made, or in the middle of a reply', async () => {
    device.behave({ kind: 'reset', when: 'accept' })
    assert.equal(await isReset(device), true)
    const socket = await asked({ kind: 'reset', when: 'reply' })
    assert.ok((await take(socket, 5)).readUInt32BE(0) > 5)
    clock.advance(20)
    assert.equal((await untilEnd(socket)).end, 'reset')
  })

  it('ends its side instead of answering', async () => {
    assert.deepEqual(await untilEnd(await asked({ kind: 'half-close' })), { bytes: Buffer.alloc(0), end: 'end' })
  })

  it('answers bytes that are no text, in a frame of the right length and in a datagram', async () => {
    const socket = await asked({ kind: 'garbage' })
    const bytes = await take(socket, 12)
    assert.equal(bytes.readUInt32BE(0), bytes.length - 4)
    assert.match(decrypt(bytes.subarray(4)), /\ufffd/)
    assert.match((await hear(device, SYSINFO, 1))[0]?.text ?? '', /\ufffd/)
    socket.destroy()
  })

  it('answers text that is no JSON', async () => {
    device.behave({ kind: 'not-json' })
    await assert.rejects(ask(device, SYSINFO), SyntaxError)
  })

  for (const [length, claimed] of [
    [0xffffffff, 0xffffffff],
    [-1, 0xffffffff],
    [0x7fffffff, 0x7fffffff],
    [0, 0],
  ] as const) {
    it(`claims a length of ${length}`, async () => {
      const socket = await asked({ kind: 'length', length })
      assert.equal((await take(socket, 4)).readUInt32BE(0), claimed)
      socket.destroy()
    })
  }

  it('floods whoever reads on', async () => {
    const socket = await asked({ kind: 'flood' })
    assert.equal((await take(socket, 200_000)).readUInt32BE(0), 0xffffffff)
    socket.destroy()
  })

  it('answers twice', async () => {
    const socket = await asked({ kind: 'two-frames' })
    const length = (await take(socket, 4)).readUInt32BE(0)
    assert.ok(length > 0)
    socket.destroy()
    const twice = await untilEnd(await asked({ kind: 'two-frames' }, { kind: 'close-after-reply' }))
    assert.equal(twice.bytes.length, 2 * (4 + length))
    assert.equal((await hear(device, SYSINFO, 2)).length, 2)
  })

  it('sends bytes behind the reply, or half of it', async () => {
    const whole = (await untilEnd(await asked({ kind: 'close-after-reply' }))).bytes
    assert.equal(whole.readUInt32BE(0), whole.length - 4)
    const longer = await untilEnd(await asked({ kind: 'extra-bytes' }, { kind: 'close-after-reply' }))
    assert.ok(longer.bytes.length > whole.length)
    const { bytes, end } = await untilEnd(await asked({ kind: 'short-reply' }))
    assert.deepEqual([bytes.length, end], [whole.length >> 1, 'end'])
  })

  it('reads from a new connection only later', async () => {
    const socket = await asked({ kind: 'slow-accept', delay_ms: 1000 })
    await clock.advanceSlowly(990)
    assert.equal(device.requests.requests, 0)
    await clock.advanceSlowly(10)
    assert.ok((await nextBytes(socket)).length > 4)
    socket.destroy()
  })

  it('resets connections above its limit', async () => {
    device.behave({ kind: 'connection-limit', limit: 1 })
    const first = await open(device)
    assert.equal(await isReset(device), true)
    first.write(REQUEST)
    assert.ok((await nextBytes(first)).length > 4)
    first.destroy()
    await once(first, 'close')
  })

  it('names another device', async () => {
    device.behave({ kind: 'other-device', device_id: 'F'.repeat(40), mac: '00:11:22:33:44:55' })
    const sysinfo = (await ask(device, SYSINFO)).system.get_sysinfo
    assert.deepEqual([sysinfo.deviceId, sysinfo.mac], ['F'.repeat(40), '00:11:22:33:44:55'])
  })

  it('refuses commands, or only pretends to obey', async () => {
    const off = { system: { set_relay_state: { state: 0 } } }
    device.behave({ kind: 'refuse-commands', err_code: -7 })
    assert.equal((await ask(device, off)).system.set_relay_state.err_code, -7)
    device.behave({ kind: 'ignore-commands' })
    assert.equal((await ask(device, off)).system.set_relay_state.err_code, 0)
    assert.equal(device.on, true)
    assert.deepEqual(device.requests.commands, ['system.set_relay_state', 'system.set_relay_state'])
  })

  it('says what a script has it say, for one method', async () => {
    device.script('emeter', 'get_realtime', { power_mw: 'many' })
    const request = { emeter: { get_realtime: {} }, system: { get_sysinfo: {} } }
    const reply = await ask(device, request)
    assert.deepEqual(reply.emeter.get_realtime, { power_mw: 'many' })
    assert.equal(reply.system.get_sysinfo.alias, 'Plug')
    device.script('emeter', 'get_realtime', undefined)
    assert.equal((await ask(device, request)).emeter.get_realtime.power_mw, 0)
  })

  it('reboots: drops its connections, is silent for a while, counts its time on anew', async () => {
    clock.advance(60_000)
    const socket = await open(device)
    await ask(device, { system: { reboot: { delay: 1 } } })
    const dropped = untilEnd(socket)
    clock.advance(1000)
    assert.equal((await dropped).end, 'reset')
    const silent = await open(device)
    silent.write(REQUEST)
    await taken(2)
    clock.advance(5000)
    const sysinfo = (await ask(device, SYSINFO)).system.get_sysinfo
    assert.deepEqual([sysinfo.on_time, sysinfo.relay_state], [5, 1])
    silent.destroy()
  })

  it('leaves the network and comes back, at another address too', async () => {
    const old = { host: device.host, port: device.port }
    await device.stop()
    await assert.rejects(open(old), { code: 'ECONNREFUSED' })
    await device.start()
    await ask(device, SYSINFO)
    await device.moveTo('127.77.9.9')
    await assert.rejects(open(old), { code: 'ECONNREFUSED' })
    assert.equal((await ask(device, SYSINFO)).system.get_sysinfo.deviceId, device.device_id)
  })

  it('counts connections and requests in flight', async () => {
    device.behave({ kind: 'latency', latency_ms: 100 })
    const sockets = [await open(device), await open(device)]
    for (const socket of sockets) socket.write(REQUEST)
    await taken(2)
    assert.equal(device.requests.max_in_flight, 2)
    assert.equal(device.requests.max_open_connections, 2)
    for (const socket of sockets) socket.destroy()
    while (device.requests.open_connections > 0) await new Promise((resolve) => setImmediate(resolve))
    device.requests.clear()
    assert.equal(device.requests.max_in_flight, 0)
  })

  it('takes a request in pieces, and two in one piece', async () => {
    const socket = await open(device)
    for (const byte of REQUEST) socket.write(Buffer.from([byte]))
    const first = await take(socket, 4)
    await take(socket, first.readUInt32BE(0) - (first.length - 4))
    socket.write(Buffer.concat([REQUEST, REQUEST]))
    await taken(3)
    socket.destroy()
  })

  it('says nothing to what is no request, and hangs up on one without end', async () => {
    const socket = await open(device)
    socket.write(frame('no json'))
    await taken(1)
    socket.destroy()
    const endless = await open(device)
    endless.write(Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff]), encrypt('{')]))
    await once(endless.resume(), 'close')
  })
})
