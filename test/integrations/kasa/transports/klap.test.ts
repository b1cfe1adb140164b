import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock, type Clock } from '../../../../src/domain/clock'
import { MonitorError } from '../../../../src/domain/errors'
import { Secret } from '../../../../src/domain/secret'
import { credentialsHash, Logins } from '../../../../src/integrations/kasa/login'
import { Exchange, Request } from '../../../../src/integrations/kasa/transports/exchange'
import { Klap } from '../../../../src/integrations/kasa/transports/klap'
import { Network } from '../../../../src/integrations/kasa/transports/network'
import { RequestQueue } from '../../../../src/integrations/kasa/transports/request-queue'
import { FakeClock } from '../../../support/fake-clock'
import { TEST_TIMEOUTS } from '../../../support/kasa'
import { KlapServer } from '../../../support/klap-server'

const ACCOUNT = { username: 'user@example.com', password: new Secret('great_password') }
const TEXT = '{"system":{"get_sysinfo":{}}}'
const REPLY = TEXT.toUpperCase()

describe('KLAP', () => {
  let server: KlapServer
  let network: Network | undefined
  let klap: Klap | undefined
  let queue: RequestQueue
  let failures: MonitorError[]

  beforeEach(async () => {
    server = new KlapServer()
    await server.start()
    failures = []
    open()
  })

  afterEach(async () => {
    close()
    await server.stop()
  })

  function close(): void {
    klap?.stop()
    network?.stop()
  }

  function open(logins = new Logins(ACCOUNT), clock: Clock = systemClock): void {
    close()
    const opened = new Network(clock, TEST_TIMEOUTS)
    const options = {
      host: '127.0.0.1',
      dialect: { protocol: 'iot', transport: 'klap', port: server.port, secure: false },
      device_id: undefined,
      logins,
      found: true,
      network: opened,
      random: () => 0.5,
      command_ms: 1000,
      datagrams: undefined,
      onFailure: () => undefined,
    } as const
    queue = new RequestQueue(
      () => transport,
      (error) => failures.push(error),
    )
    const transport: Klap = new Klap(options, queue)
    network = opened
    klap = transport
  }

  /** The reply, or the code of the error. */
  function ask({ text = TEXT, repeatable = true } = {}): Promise<string> {
    return new Promise((resolve) => {
      const done = (error: MonitorError | undefined, reply: string) => resolve(error?.code ?? reply)
      queue.add(new Exchange(new Request(text, repeatable, true), false, done))
    })
  }

  const paths = () => server.requests.map(({ path }) => path.replace('/app/', ''))

  describe('logs in', () => {
    for (const version of [1, 2] as const) {
      it(`by the hashes of version ${version} with one handshake for all requests, over one connection`, async () => {
        server.options = { version }
        for (let count = 0; count < 10; count++) assert.equal(await ask(), REPLY)
        assert.equal(server.handshakes, 1)
        assert.equal(server.requests.length, 12)
        assert.equal(server.connections, 1)
      })

      it(`by a hash of version ${version} in place of the account`, async () => {
        server.options = { version }
        open(new Logins({ hash: credentialsHash(ACCOUNT.username, ACCOUNT.password) }))
        assert.equal(await ask(), REPLY)
      })
    }

    const published = [
      ['kasa@tp-link.net', 'kasaSetup'],
      ['test@tp-link.net', 'test'],
      ['', ''],
    ] as const
    for (const [username, password] of published) {
      it(`with the published account "${username}" where the device knows no other`, async () => {
        server.options = { username, password, version: 1 }
        assert.equal(await ask(), REPLY)
        assert.equal(server.handshakes, 1)
        open(new Logins(undefined))
        assert.equal(await ask(), REPLY)
      })
    }

    it('again when the device changes to another account that is known', async () => {
      assert.equal(await ask(), REPLY)
      server.options = { username: '', password: '', version: 1 }
      server.sessions.clear()
      assert.equal(await ask(), REPLY)
      assert.equal(server.handshakes, 2)
    })

    it('and sends back no cookie but that of the session', async () => {
      await ask()
      const [first, second, third] = server.requests
      assert.equal(first?.cookie, undefined)
      assert.match(second?.cookie ?? '', /^TP_SESSIONID=[0-9A-F]+$/)
      assert.equal(third?.cookie, second?.cookie)
    })

    it('with seeds that nobody can foresee', async () => {
      for (let count = 0; count < 3; count++) {
        await ask()
        server.sessions.clear()
      }
      const seeds = server.requests
        .filter(({ path }) => path === '/app/handshake1')
        .map(({ body }) => body.toString('hex'))
      assert.equal(new Set(seeds).size, seeds.length)
    })
  })

  describe('is refused', () => {
    it('by a device of another account, which learns nothing: not one proof is sent', async () => {
      server.options = { password: 'other' }
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.deepEqual(paths(), ['handshake1'])
      assert.match(failures[0]?.message ?? '', /account that is set.*Third-Party Compatibility/)
      assert.equal(failures[0]?.details.host, '127.0.0.1')
    })

    it('with another hint where no account is set at all', async () => {
      open(new Logins(undefined))
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.match(failures[0]?.message ?? '', /no account is set/)
    })

    it('where the hash is of the other version alone', async () => {
      const hash = Buffer.from(credentialsHash(ACCOUNT.username, ACCOUNT.password).reveal(), 'base64').subarray(0, 16)
      open(new Logins({ hash: new Secret(hash.toString('base64')) }))
      assert.equal(await ask(), 'LOGIN_REFUSED')
      server.options = { version: 1 }
      assert.equal(await ask(), REPLY)
    })

    it('with SESSION_REFUSED where the device forbids to begin', async () => {
      server.interfere = () => ({ status: 403 })
      assert.equal(await ask(), 'SESSION_REFUSED')
    })

    it('with SESSION_REFUSED where the device does not accept what it should', async () => {
      server.interfere = ({ path }) => (path === '/app/handshake2' ? { status: 403 } : undefined)
      assert.equal(await ask(), 'SESSION_REFUSED')
    })

    const strangers: readonly [what: string, answer: { status?: number; body?: string }][] = [
      ['knows no such page', { status: 404 }],
      ['answers a page', { body: '<html>Welcome</html>' }],
      ['answers JSON', { body: '{"error_code":1003}' }],
      ['breaks down', { status: 500 }],
    ]
    for (const [what, answer] of strangers) {
      it(`with PROTOCOL_CHANGED by a device that ${what}`, async () => {
        server.interfere = () => answer
        assert.equal(await ask(), 'PROTOCOL_CHANGED')
        server.interfere = () => undefined
        assert.equal(await ask(), REPLY)
      })
    }

    it('with PROTOCOL_CHANGED by what speaks no HTTP', async () => {
      server.interfere = ({ socket }) => {
        socket.end(Buffer.alloc(40, 1))
        return 'silence'
      }
      assert.equal(await ask(), 'PROTOCOL_CHANGED')
    })
  })

  describe('begins a new session', () => {
    it('before the old one expires', async () => {
      const clock = new FakeClock()
      server.options = { timeout_s: 3600 }
      open(undefined, clock)
      await ask()
      clock.advance(2_399_000)
      assert.equal(await ask(), REPLY)
      assert.equal(server.handshakes, 1)
      clock.advance(1_000)
      assert.equal(await ask(), REPLY)
      assert.equal(server.handshakes, 2)
    })

    it('half-way where sessions are shorter than the margin', async () => {
      const clock = new FakeClock()
      server.options = { timeout_s: 600 }
      open(undefined, clock)
      for (const [advance_ms, handshakes] of [
        [0, 1],
        [299_000, 1],
        [1_000, 2],
      ] as const) {
        clock.advance(advance_ms)
        assert.equal(await ask(), REPLY)
        assert.equal(server.handshakes, handshakes)
      }
    })

    it('and asks again when the device has ended it, even for what may not be said twice: it was not carried out', async () => {
      await ask()
      server.sessions.clear()
      assert.equal(await ask({ repeatable: false }), REPLY)
      assert.equal(server.handshakes, 2)
    })

    it('once, and then says SESSION_REFUSED, where each is ended at once', async () => {
      server.interfere = ({ path }) => (path === '/app/request' ? { status: 403 } : undefined)
      assert.equal(await ask(), 'SESSION_REFUSED')
      assert.equal(server.handshakes, 2)
      server.interfere = () => undefined
      assert.equal(await ask(), REPLY)
    })

    it('after a page in place of a reply, and says QUERY_TOO_LARGE where it gets it again', async () => {
      await ask()
      server.interfere = ({ path }) => (path === '/app/request' ? { body: '<html>Bad Request</html>' } : undefined)
      assert.equal(await ask(), 'QUERY_TOO_LARGE')
      server.interfere = () => undefined
      assert.equal(await ask(), REPLY)
      assert.equal(server.handshakes, 3)
    })

    it('after a reply that somebody has changed, which is REPLY_INVALID', async () => {
      await ask()
      server.spoil = (sealed) => Buffer.from(sealed.map((byte, index) => (index === 40 ? byte ^ 1 : byte)))
      assert.equal(await ask(), 'REPLY_INVALID')
      server.spoil = (sealed) => sealed
      assert.equal(await ask(), REPLY)
    })

    it('but does not repeat, after such a reply, what may not be said twice', async () => {
      await ask()
      server.spoil = () => Buffer.alloc(64)
      server.requests.splice(0)
      assert.equal(await ask({ repeatable: false }), 'REPLY_INVALID')
      assert.deepEqual(paths(), ['request'])
    })

    it('after silence', async () => {
      await ask()
      server.interfere = () => 'silence'
      assert.equal(await ask(), 'REPLY_TIMEOUT')
      server.interfere = () => undefined
      assert.equal(await ask(), REPLY)
      assert.equal(server.handshakes, 2)
    })

    it('never while the device is well, though it closes the connection after each reply', async () => {
      server.closesEach = true
      for (let count = 0; count < 10; count++) assert.equal(await ask(), REPLY)
      assert.equal(server.handshakes, 1)
      assert.equal(server.connections, 12)
    })
  })
  const ENDINGS = [
    ['refuses', { status: 403 }],
    ['answers a page to', { body: '<html>' }],
    ['answers what it cannot have meant to', { body: Buffer.alloc(64, 1) }],
  ] as const
  for (const [what, ending] of ENDINGS) {
    it(`has a session for each request at a device that ${what} every second one, and tries to keep one later`, async () => {
      const isUsedUp = (cookie = '') => (server.sessions.get(cookie)?.requests ?? 0) > 0
      server.interfere = ({ path, cookie }) => (path === '/app/request' && isUsedUp(cookie) ? ending : undefined)
      for (let count = 0; count < 4; count++) assert.equal(await ask(), REPLY)
      server.requests.splice(0)
      for (let count = 0; count < 40; count++) assert.equal(await ask({ repeatable: false }), REPLY)
      assert.equal(server.requests.length, 120)
      server.interfere = () => undefined
      for (let count = 0; count < 20; count++) assert.equal(await ask(), REPLY)
      server.requests.splice(0)
      for (let count = 0; count < 5; count++) assert.equal(await ask(), REPLY)
      assert.equal(server.requests.length, 5)
    })
  }

  it('has one deadline for everything that one request takes', async () => {
    const clock = new FakeClock()
    open(undefined, clock)
    server.interfere = ({ path }) => {
      clock.advance(TEST_TIMEOUTS.reply_ms / 2)
      return path === '/app/request' ? 'silence' : undefined
    }
    assert.equal(await ask(), 'REPLY_TIMEOUT')
    assert.deepEqual(paths(), ['handshake1', 'handshake2'])
    assert.equal(clock.pending, 0)
  })

  it('says CONNECT_FAILED where nobody listens', async () => {
    await server.stop()
    assert.equal(await ask(), 'CONNECT_FAILED')
  })

  it('ends what is under way when it is closed, and leaves nothing behind', async () => {
    const clock = new FakeClock()
    open(undefined, clock)
    server.interfere = () => 'silence'
    const outcomes = [ask(), ask()]
    queue.close(new MonitorError('CLOSED', 'closed'))
    close()
    close()
    assert.deepEqual(await Promise.all(outcomes), ['CLOSED', 'CLOSED'])
    assert.equal(clock.pending, 0)
  })

  it('shows nothing secret to who prints it', async () => {
    await ask()
    const shown = inspect(klap, { showHidden: true, depth: 12 })
    const hashes = new Logins(ACCOUNT).own
    for (const secret of ['great_password', ACCOUNT.username]) assert.ok(!shown.includes(secret))
    for (const version of [1, 2] as const) {
      const bytes = inspect(hashes?.hash(version)).slice(0, 30)
      assert.ok(!shown.includes(bytes))
    }
  })
})
