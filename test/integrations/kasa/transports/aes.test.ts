import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { Secret } from '../../../../src/domain/secret'
import type { Credentials } from '../../../../src/integrations/integration'
import type { Dialect } from '../../../../src/integrations/kasa/dialect'
import { credentialsHash, Logins } from '../../../../src/integrations/kasa/login'
import { Aes } from '../../../../src/integrations/kasa/transports/aes'
import { Exchange, Request, type Transport } from '../../../../src/integrations/kasa/transports/exchange'
import { Network } from '../../../../src/integrations/kasa/transports/network'
import { RequestQueue } from '../../../../src/integrations/kasa/transports/request-queue'
import { AesServer, type Spoilt, type Step } from '../../../support/aes-server'
import { FakeClock } from '../../../support/fake-clock'
import { TEST_TIMEOUTS } from '../../../support/kasa'

const USERNAME = 'user@example.com'
const PASSWORD = 'gr€at_password'
const OWN: Credentials = { username: USERNAME, password: new Secret(PASSWORD) }
const HOUR_MS = 3_600_000

/** Of one AES device; it fails, and is logged in to, as `Aes` alone decides. */
class Client {
  readonly transport: Transport
  private readonly queue: RequestQueue

  constructor(
    server: AesServer,
    network: Network,
    given: { credentials?: Credentials; found?: boolean; login_version?: 1 | 2 },
  ) {
    const { credentials = OWN, found = false, login_version } = given
    const plain = { protocol: 'smart', transport: 'aes', port: server.port, secure: false } as const
    const dialect: Dialect = login_version === undefined ? plain : { ...plain, login_version }
    this.queue = new RequestQueue(() => this.transport)
    this.transport = new Aes(
      {
        ...{ host: '127.0.0.1', dialect, device_id: undefined, found, network },
        ...{ logins: new Logins(credentials), random: () => 0.5, command_ms: 1000, datagrams: undefined },
        onFailure: () => undefined,
      },
      this.queue,
    )
  }

  ask(text = '{"method":"get_device_info"}', repeatable = true): Promise<string> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(new Request(text, repeatable, true), false, (error, reply) => {
        if (error) reject(error)
        else resolve(reply)
      })
      this.queue.add(exchange)
    })
  }
}

describe('a device that speaks securePassthrough', () => {
  let server: AesServer
  let clock: FakeClock
  let network: Network
  const clients: Client[] = []

  const start = async (account: Partial<ConstructorParameters<typeof AesServer>[0]> = {}) => {
    server = new AesServer({ username: USERNAME, password: PASSWORD, version: 2, ...account })
    await server.start()
  }
  const client = (given: ConstructorParameters<typeof Client>[2] = {}) => {
    const made = new Client(server, network, given)
    clients.push(made)
    return made
  }
  const spoil = (step: Step, spoilt: Spoilt, times = Infinity) => {
    let left = times
    server.spoil = (asked) => (asked === step && left-- > 0 ? spoilt : undefined)
  }

  beforeEach(() => {
    clock = new FakeClock()
    network = new Network(clock, TEST_TIMEOUTS)
  })
  afterEach(async () => {
    for (const { transport } of clients.splice(0)) transport.stop()
    network.stop()
    assert.equal(clock.pending, 0)
    await server.stop()
  })

  it('is logged in to once, and asked over one connection from then on', async () => {
    await start()
    const device = client()
    for (let count = 0; count < 20; count++) {
      const text = `{"method":"get_device_info","params":{"count":${count}}}`
      assert.equal(await device.ask(text), JSON.stringify({ error_code: 0, result: { asked: text } }))
    }
    assert.deepEqual([server.handshakes, server.logins.length, server.connections], [1, 1, 1])
  })

  it('gets headers in the case that it insists on, and one cookie', async () => {
    await start()
    await client().ask()
    const [first, , last] = server.heads
    assert.deepEqual(
      server.heads.map(({ method, url }) => `${method} ${url.replace(/=.+/, '=…')}`),
      ['POST /app', 'POST /app', 'POST /app?token=…'],
    )
    for (const line of ['Content-Type: application/json', 'requestByApp: true']) {
      const [name = '', value] = line.split(': ')
      assert.equal(first?.raw[first.raw.indexOf(name) + 1], value)
    }
    assert.ok(first?.raw.includes('Content-Length'))
    assert.ok(!first?.raw.includes('Cookie'))
    assert.match(last?.raw[last.raw.indexOf('Cookie') + 1] ?? '', /^TP_SESSIONID=[0-9A-F]{16}$/)
  })

  it('may name its cookie otherwise', async () => {
    await start()
    server.cookie = (id) => `SESSIONID=${id}`
    await client().ask()
    assert.equal(server.texts.length, 1)
  })

  it('is given both versions of the login, the one without the password first, and the right one again', async () => {
    await start({ version: 1 })
    const device = client()
    await device.ask()
    assert.deepEqual(
      server.logins.map((login) => login.version),
      [2, 1],
    )
    server.forget()
    await device.ask()
    assert.deepEqual(
      server.logins.map((login) => login.version),
      [2, 1, 1],
    )
  })

  it('is given one version of the login alone where it has said which', async () => {
    await start({ version: 1 })
    const device = client({ login_version: 2 })
    await assert.rejects(device.ask(), { code: 'LOGIN_REFUSED' })
    assert.ok(server.logins.every((login) => login.version === 2))
  })

  it('may complain of the parameters where the version of the login is another one', async () => {
    await start({ version: 1 })
    spoil('login', { inner: '{"error_code":-1008}' }, 1)
    await client().ask()
    assert.equal(server.logins.at(-1)?.version, 1)
  })

  it('may know a published account, or none, in place of the user’s', async () => {
    for (const account of [
      { username: 'test@tp-link.net', password: 'test' },
      { username: 'kasa@tp-link.net', password: 'kasaSetup' },
      { username: '', password: '' },
    ]) {
      await start(account)
      await client().ask()
      assert.equal(server.logins.at(-1)?.accepted, true)
      // Each login on a handshake of its own: after a refused one the device knows the session no longer.
      assert.equal(server.handshakes, server.logins.length)
      await server.stop()
    }
    await start()
  })

  it('says LOGIN_REFUSED where it knows none of them, and is asked again when asked again', async () => {
    await start({ password: 'another' })
    const device = client({ login_version: 2 })
    await assert.rejects(device.ask(), { code: 'LOGIN_REFUSED', retry: 'never' })
    assert.equal(server.logins.length, 4)
    await assert.rejects(device.ask(), { code: 'LOGIN_REFUSED' })
    assert.equal(server.logins.length, 8)
  })

  it('is never given the account where nobody has chosen the host', async () => {
    await start()
    await assert.rejects(client({ found: true }).ask(), { code: 'LOGIN_REFUSED', message: /list it in the fleet/ })
    const own = createHash('sha1').update(USERNAME).digest('hex')
    const usernames = server.logins.map(({ username }) => username)
    assert.equal(usernames.length, 6)
    assert.ok(!usernames.includes(own))
    await client().ask()
    assert.equal(server.logins.at(-1)?.username, own)
  })

  it('is read where nobody has chosen it, as long as it knows a published account', async () => {
    await start({ username: 'test@tp-link.net', password: 'test' })
    await client({ found: true }).ask()
    assert.equal(server.texts.length, 1)
  })

  it('cannot be logged in to with a hash, and says so', async () => {
    await start()
    const hash = credentialsHash(USERNAME, new Secret(PASSWORD))
    await assert.rejects(client({ credentials: { hash } }).ask(), { code: 'LOGIN_REFUSED', message: /needs e-mail/ })
  })

  it('is logged in to again when it has forgotten the session', async () => {
    await start()
    const device = client()
    await device.ask()
    server.forget()
    await device.ask('{"method":"set_device_info"}', false)
    assert.deepEqual([server.handshakes, server.texts.length], [2, 2])
  })

  it('is logged in to again when the session it announced is about to end', async () => {
    await start()
    server.cookie = (id) => `TP_SESSIONID=${id};TIMEOUT=7200`
    const device = client()
    await device.ask()
    clock.advance(HOUR_MS)
    await device.ask()
    assert.equal(server.handshakes, 1)
    clock.advance(HOUR_MS)
    await device.ask()
    assert.equal(server.handshakes, 2)
  })

  for (const code of [9999, 1112, -1001, -40401, -1501]) {
    it(`gets the request again, in a new session, after it has answered ${code}`, async () => {
      await start()
      spoil('request', { outer: { error_code: code } }, 1)
      assert.match(await client().ask(), /"error_code":0/)
      assert.equal(server.handshakes, 2)
    })
  }

  it('may tell the end of the session inside of the encryption', async () => {
    await start()
    spoil('request', { inner: '{"error_code":9999}' }, 1)
    assert.match(await client().ask(), /"asked"/)
    assert.equal(server.handshakes, 2)
  })

  it('may refuse a request for what it asks, which is for the asker to understand', async () => {
    await start()
    const device = client()
    spoil('request', { inner: '{"error_code":-1001}' }, 1)
    assert.equal(await device.ask(), '{"error_code":-1001}')
    spoil('request', { outer: { error_code: -1002 } }, 1)
    assert.equal(await device.ask(), '{"error_code":-1002}')
    assert.equal(server.handshakes, 1)
  })

  const FAULTS: readonly (readonly [what: string, step: Step, spoilt: Spoilt, code: string])[] = [
    ['forgets every session at once', 'request', { outer: { error_code: 9999 } }, 'SESSION_REFUSED'],
    ['forbids every request', 'request', { status: 403, body: '' }, 'SESSION_REFUSED'],
    ['forbids the handshake', 'handshake', { status: 403, body: '' }, 'SESSION_REFUSED'],
    ['speaks KLAP since its last update', 'handshake', { outer: { error_code: 1003 } }, 'PROTOCOL_CHANGED'],
    ['speaks KLAP since a moment ago', 'request', { outer: { error_code: 1003 } }, 'PROTOCOL_CHANGED'],
    ['knows no such path', 'handshake', { status: 404, body: 'no' }, 'PROTOCOL_CHANGED'],
    ['wants another handshake', 'handshake', { outer: { error_code: -1010 } }, 'REPLY_INVALID'],
    ['answers the handshake with a page', 'handshake', { body: '<html></html>' }, 'REPLY_INVALID'],
    ['answers the login with a page', 'login', { body: '<html></html>' }, 'REPLY_INVALID'],
    ['answers a request with a page', 'request', { body: '\n<!DOCTYPE html>' }, 'QUERY_TOO_LARGE'],
    ['fails', 'request', { status: 500, body: '{}' }, 'REPLY_INVALID'],
    ['hands out a key that is none', 'handshake', { key: Buffer.from('short') }, 'REPLY_INVALID'],
    ['hands out a key that is out of range', 'handshake', { key: Buffer.alloc(128, 255) }, 'REPLY_INVALID'],
    ['hands out a key for somebody else', 'handshake', { key: Buffer.alloc(128, 1) }, 'SESSION_REFUSED'],
    ['logs in without a token', 'login', { inner: '{"error_code":0,"result":{}}' }, 'REPLY_INVALID'],
    ['answers the login with text', 'login', { inner: 'token 1234' }, 'REPLY_INVALID'],
    ['answers in the clear', 'request', { outer: { error_code: 0, result: { device_on: true } } }, 'REPLY_INVALID'],
    [
      'encrypts with another key',
      'request',
      { outer: { error_code: 0, result: { response: 'AAAA' } } },
      'REPLY_INVALID',
    ],
    ['answers with no JSON', 'request', { body: 'ok' }, 'REPLY_INVALID'],
  ]
  for (const [what, step, spoilt, code] of FAULTS) {
    it(`says ${code} where it ${what}, and is read again once it is well`, async () => {
      await start()
      const device = client()
      spoil(step, spoilt)
      await assert.rejects(device.ask(), { code })
      server.spoil = () => undefined
      assert.match(await device.ask(), /"asked"/)
    })
  }

  for (const step of ['handshake', 'login', 'request'] as const) {
    it(`has one deadline for everything: REPLY_TIMEOUT where the ${step} meets silence`, async () => {
      await start()
      const device = client()
      const asked = new Promise<void>((resolve) => {
        server.spoil = (other) => {
          if (other !== step) return undefined
          setImmediate(resolve)
          return { silent: true }
        }
      })
      const failed = assert.rejects(device.ask(), { code: 'REPLY_TIMEOUT' })
      await asked
      clock.advance(TEST_TIMEOUTS.reply_ms)
      await failed
      server.spoil = () => undefined
      assert.match(await device.ask(), /"asked"/)
    })
  }

  it('says CONNECT_FAILED where nobody listens', async () => {
    await start()
    const device = client()
    await server.stop()
    await assert.rejects(device.ask(), { code: 'CONNECT_FAILED' })
    await start()
  })

  it('says nothing any more once it is stopped', async () => {
    await start()
    const device = client()
    let isAnswered = false
    void device.ask().then(() => (isAnswered = true))
    device.transport.stop()
    await network.aesKeys.publicKey()
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([isAnswered, server.heads.length], [false, 0])
  })

  it('is shown to nobody with what is secret about it, whatever fails', async () => {
    await start()
    const device = client()
    await device.ask()
    const token = server.heads.at(-1)?.url.split('=')[1] ?? ''
    const shown = [inspect(device, { depth: 12, showHidden: true })]
    for (const [, step, spoilt] of FAULTS) {
      spoil(step, spoilt)
      server.forget()
      const error = await device.ask().then(assert.fail, (thrown: unknown) => thrown)
      shown.push(inspect(error, { depth: 12 }), JSON.stringify(error))
    }
    const hash = Buffer.from(PASSWORD).toString('base64')
    assert.ok(token.length > 0)
    for (const secret of [PASSWORD, hash, token]) assert.ok(!shown.join().includes(secret))
  })

  it('cannot make it end otherwise than with text or a coded error, whatever it answers', async () => {
    await start()
    const device = client()
    const replies = fc.oneof(
      fc.record({ body: fc.string() }),
      fc.record({ inner: fc.oneof(fc.string(), fc.json()) }),
      fc.record({ outer: fc.dictionary(fc.constantFrom('error_code', 'result'), fc.jsonValue()) }),
      fc.record({ status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304) }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ key: Buffer.from(bytes) })),
    )
    const steps = fc.constantFrom<Step>('handshake', 'login', 'request')
    await fc.assert(
      fc.asyncProperty(steps, replies, async (step, spoilt) => {
        spoil(step, spoilt)
        server.forget()
        try {
          assert.equal(typeof (await device.ask()), 'string')
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError && thrown.code !== 'INTERNAL', inspect(thrown))
        }
      }),
      { numRuns: 100 },
    )
  })
})
