import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { type Behaviour, type SimulatedDevice, Simulator } from '../../../src/simulator'
import { FakeClock } from '../../support/fake-clock'
import { open, untilEnd } from '../raw-client'
import { post, type Answered } from './http-client'
import { KlapClient } from './klap-client'

const SYSINFO = { system: { get_sysinfo: {} } }

describe('a simulated device that speaks KLAP', () => {
  let clock: FakeClock
  let simulator: Simulator
  let device: SimulatedDevice

  beforeEach(async () => {
    clock = new FakeClock()
    simulator = new Simulator({ port: 0, clock })
    device = simulator.addPlug({ alias: 'Plug', speaks: 'klap-2' })
    await simulator.start()
  })
  afterEach(() => simulator.stop())

  async function loggedIn(version: 1 | 2 = 2): Promise<KlapClient> {
    const client = new KlapClient(device, version)
    await client.logIn()
    return client
  }

  function aliasIn(client: KlapClient, answer: Answered): string {
    const { signed, text } = client.open(answer)
    assert.equal(signed, true)
    return (JSON.parse(text) as { system: { get_sysinfo: { alias: string } } }).system.get_sysinfo.alias
  }

  for (const version of [1, 2] as const) {
    it(`answers who knows the account, with signed replies, version ${version}`, async () => {
      await device.updateFirmware({ speaks: `klap-${version}` })
      const client = new KlapClient(device, version)
      assert.equal((await client.logIn()).status, 200)
      assert.deepEqual([client.proven, client.timeout_s], [true, 86_400])
      for (let request = 0; request < 3; request++) {
        assert.equal(aliasIn(client, await client.send(SYSINFO)), 'Plug')
      }
      const { handshakes, logins, requests, max_in_flight } = device.requests
      assert.deepEqual([handshakes, logins, requests, max_in_flight], [1, 1, 3, 1])
      assert.equal(device.requests.recent[0]?.over, 'http')
    })
  }

  it('keeps the connection of a client that keeps it', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let exchange = 0; exchange < 3; exchange++) await post(device, { path: '/app', body: '{}', agent })
    agent.destroy()
    assert.equal(device.requests.connections, 1)
  })

  it('serves several clients at once', async () => {
    const clients = [await loggedIn(), await loggedIn(), await loggedIn()]
    for (const client of clients) assert.equal(aliasIn(client, await client.send(SYSINFO)), 'Plug')
  })

  it('refuses another password, and the other version', async () => {
    for (const client of [
      new KlapClient(device, 2, { username: 'user@example.com', password: 'wrong' }),
      new KlapClient(device, 1),
    ]) {
      assert.equal((await client.logIn()).status, 403)
      assert.equal(client.proven, false)
      assert.equal((await client.send(SYSINFO)).status, 403)
    }
    assert.deepEqual([device.requests.refused_logins, device.requests.requests], [2, 0])
  })

  it('can belong to nobody', async () => {
    await device.updateFirmware({ account: 'kasa-default' })
    const client = new KlapClient(device, 2, { username: 'kasa@tp-link.net', password: 'kasaSetup' })
    assert.equal((await client.logIn()).status, 200)
  })

  it('refuses a request without a session, one that is numbered wrong, and one that is signed wrong', async () => {
    assert.equal((await post(device, { path: '/app/request?seq=1', body: 'x'.repeat(64) })).status, 403)
    const client = await loggedIn()
    await client.send(SYSINFO)
    assert.equal((await client.send(SYSINFO, { sequence: client.sequence })).status, 403)
    assert.equal((await client.send(SYSINFO, { spoil: true })).status, 403)
    assert.equal((await client.send(SYSINFO, { sequence: (client.sequence + 1) | 0 })).status, 200)
    assert.equal(device.requests.requests, 2)
  })

  it('lets numbers wrap', async () => {
    const client = await loggedIn()
    const distance = 0x7fffffff - client.sequence
    for (const sequence of [(client.sequence + Math.floor(distance / 2)) | 0, 0x7fffffff, -0x80000000]) {
      assert.equal(aliasIn(client, await client.send(SYSINFO, { sequence })), 'Plug')
    }
  })

  it('wants a seed of 16 bytes, knows no other address, and says that it is none of those that speak AES', async () => {
    assert.equal((await post(device, { path: '/app/handshake1', body: 'short' })).status, 400)
    assert.equal((await post(device, { path: '/', body: '' })).status, 404)
    const answer = await post(device, { path: '/app', body: '{"method":"component_nego"}' })
    assert.deepEqual(JSON.parse(answer.body.toString()), { error_code: 1003 })
  })

  it('ends a session after its time, after a request, or because there are too many', async () => {
    device.behave({ kind: 'session-timeout', timeout_s: 60 })
    const short = await loggedIn()
    assert.equal(short.timeout_s, 60)
    clock.advance(59_999)
    assert.equal((await short.send(SYSINFO)).status, 200)
    clock.advance(1)
    assert.equal((await short.send(SYSINFO)).status, 403)

    device.behave({ kind: 'session-per-request' })
    const once = await loggedIn()
    assert.equal((await once.send(SYSINFO)).status, 200)
    assert.equal((await once.send(SYSINFO)).status, 403)

    device.behave({ kind: 'session-limit', limit: 1 })
    const [older, newer] = [await loggedIn(), await loggedIn()]
    assert.deepEqual([(await older.send(SYSINFO)).status, (await newer.send(SYSINFO)).status], [403, 200])
  })

  it('forgets its sessions when it is told to, and when it reboots', async () => {
    const first = await loggedIn()
    device.forgetSessions()
    assert.equal((await first.send(SYSINFO)).status, 403)
    const second = await loggedIn()
    device.reboot(1000)
    clock.advance(1000)
    assert.equal((await second.send(SYSINFO)).status, 403)
  })

  it('answers 403 to everybody, before or after the login', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'forbid', when: 'request' })
    assert.equal((await client.send(SYSINFO)).status, 403)
    assert.equal((await new KlapClient(device, 2).logIn()).status, 200)
    device.behave({ kind: 'forbid', when: 'handshake' })
    assert.equal((await client.send(SYSINFO)).status, 200)
    assert.equal((await post(device, { path: '/app/handshake1', body: 'x'.repeat(16) })).status, 403)
  })

  it('answers a page to what is too long for it', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'page-above', bytes: 100 })
    assert.equal((await client.send(SYSINFO)).headers['content-type'], 'application/octet-stream')
    const page = await client.send({
      system: { get_sysinfo: {} },
      emeter: { get_realtime: {} },
      time: { get_time: {} },
    })
    assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=UTF-8'])
  })

  it('signs wrong, or answers what is no JSON', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'wrong-signature' })
    assert.equal(client.open(await client.send(SYSINFO)).signed, false)
    device.behave({ kind: 'not-json' })
    assert.match(client.open(await client.send(SYSINFO)).text, /^<html>/)
  })

  const cut: [name: string, behaviour: Behaviour, error: string][] = [
    ['half of the reply', { kind: 'short-reply' }, 'ECONNRESET'],
    ['an end instead of a reply', { kind: 'half-close' }, 'ECONNRESET'],
    ['a reply that is longer than the longest', { kind: 'length', length: 0x7fffffff }, 'ECONNRESET'],
  ]
  for (const [name, behaviour, code] of cut) {
    it(`answers ${name}`, async () => {
      const client = await loggedIn()
      device.behave(behaviour, { kind: 'close-after-reply' })
      await assert.rejects(client.send(SYSINFO), { code })
    })
  }

  it('answers bytes that are no reply, and bytes behind the reply', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'garbage' })
    assert.notEqual(((await client.send(SYSINFO)).body.length - 32) % 16, 0)
    for (const [behaviour, tail] of [
      [{ kind: 'extra-bytes' }, /{"error_code":1003}behind the reply$/],
      [{ kind: 'two-frames' }, /{"error_code":1003}HTTP\/1.1 200 OK\r\n[^]*{"error_code":1003}$/],
    ] as const) {
      device.behave(behaviour, { kind: 'close-after-reply' })
      const socket = await open(device)
      socket.write('POST /app HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}')
      assert.match((await untilEnd(socket)).bytes.toString(), tail)
    }
  })

  it('closes the connection behind each reply', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'close-after-reply' })
    assert.equal((await client.send(SYSINFO)).headers.connection, 'close')
  })

  it('trickles a reply, resets in the middle of it, or answers late', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'trickle', interval_ms: 100 })
    let [slow, ended]: [Promise<Answered>, boolean] = [client.send(SYSINFO), false]
    void slow.then(() => (ended = true))
    while (!ended) await clock.advanceSlowly(100, 100)
    assert.equal(aliasIn(client, await slow), 'Plug')
    for (const behaviour of [
      { kind: 'reset', when: 'reply' },
      { kind: 'latency', latency_ms: 500 },
    ] as const) {
      device.behave(behaviour)
      slow = client.send(SYSINFO)
      ended = false
      const outcome = slow.then(
        () => 'answered',
        (error: NodeJS.ErrnoException) => error.code,
      )
      void outcome.then(() => (ended = true))
      while (!ended) await clock.advanceSlowly(10)
      assert.equal(await outcome, behaviour.kind === 'latency' ? 'answered' : 'ECONNRESET')
    }
  })

  it('is silent to handshakes too, and counts what waits', async () => {
    device.behave({ kind: 'silence' })
    const asked = post(device, { path: '/app/handshake1', body: 'x'.repeat(16) })
    while (device.requests.in_flight === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(device.requests.handshakes, 0)
    await device.stop()
    await assert.rejects(asked, { code: 'ECONNRESET' })
    assert.equal(device.requests.in_flight, 0)
  })

  it('hangs up on a request without end', async () => {
    await assert.rejects(post(device, { path: '/app/request', body: Buffer.alloc(1_000_000) }))
  })

  it('floods whoever reads on', async () => {
    const client = await loggedIn()
    device.behave({ kind: 'flood' })
    const endless = client.send(SYSINFO)
    while (device.requests.requests === 0) await new Promise((resolve) => setImmediate(resolve))
    await device.stop()
    await assert.rejects(endless)
  })
})
