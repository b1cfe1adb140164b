import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock } from '../../../../src/domain/clock'
import type { MonitorError } from '../../../../src/domain/errors'
import { Secret } from '../../../../src/domain/secret'
import type { Credentials } from '../../../../src/integrations/integration'
import type { LinkOptions } from '../../../../src/integrations/kasa/link'
import { credentialsHash, Logins } from '../../../../src/integrations/kasa/login'
import { Exchange, Request } from '../../../../src/integrations/kasa/transports/exchange'
import { Network } from '../../../../src/integrations/kasa/transports/network'
import { RequestQueue } from '../../../../src/integrations/kasa/transports/request-queue'
import { Tpap } from '../../../../src/integrations/kasa/transports/tpap'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../../../src/simulator'
import type { DeviceOptions } from '../../../../src/simulator/models/options'
import { credentialsOf } from '../../../support/kasa'
import { TpapServer, type AskedStep } from '../../../support/tpap-server'

const OWNER = credentialsOf(SIMULATED_ACCOUNT)
const TEXT = '{"method":"get_device_info"}'
const TIMEOUTS = { connect_ms: 2000, reply_ms: 3000, command_ms: 3000, discovery_ms: 300 }

describe('TPAP', function () {
  this.timeout(30_000)
  let simulator: Simulator
  let server: TpapServer | undefined
  let network: Network | undefined
  let tpap: Tpap | undefined
  let queue: RequestQueue
  let failures: MonitorError[]

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
    failures = []
  })

  afterEach(async () => {
    close()
    await server?.stop()
    server = undefined
    await simulator.stop()
  })

  function close(): void {
    tpap?.stop()
    network?.stop()
  }

  function open(
    { host, port, secure = false }: { host: string; port: number; secure?: boolean },
    credentials: Credentials | 'none' = OWNER,
    timeouts = TIMEOUTS,
  ): void {
    close()
    const opened = new Network(systemClock, timeouts)
    const options: LinkOptions = {
      host,
      dialect: { protocol: 'smart', transport: 'tpap', port, secure },
      device_id: undefined,
      logins: new Logins(credentials === 'none' ? undefined : credentials),
      found: true,
      network: opened,
      random: () => 0.5,
      command_ms: 1000,
      datagrams: undefined,
      onFailure: () => undefined,
    }
    queue = new RequestQueue(
      () => transport,
      (error) => failures.push(error),
    )
    const transport: Tpap = new Tpap(options, queue)
    network = opened
    tpap = transport
  }

  async function simulated(options: DeviceOptions = {}): Promise<SimulatedDevice> {
    const device = simulator.addPlug({ model: 'P110(EU)', speaks: 'tpap', ...options })
    await simulator.start()
    open({ host: device.host, port: device.port, secure: options.secure ?? false })
    return device
  }

  async function scripted(replies: TpapServer['replies'], timeouts = TIMEOUTS): Promise<TpapServer> {
    const started = new TpapServer()
    server = started
    server.replies = replies
    await server.start()
    open({ host: '127.0.0.1', port: server.port }, OWNER, timeouts)
    return server
  }

  /** `done` where the reply is one, else the code of the error. */
  function ask({ text = TEXT, repeatable = true } = {}): Promise<string> {
    return new Promise((resolve) => {
      const done = (error: MonitorError | undefined, reply: string) =>
        resolve(error?.code ?? (/"error_code":0\}$/.test(reply) ? 'done' : reply))
      queue.add(new Exchange(new Request(text, repeatable, true), false, done))
    })
  }

  describe('logs in', () => {
    it('once for all requests, over one connection', async () => {
      const device = await simulated()
      for (let count = 0; count < 10; count++) assert.equal(await ask(), 'done')
      const { handshakes, logins, connections, requests } = device.requests
      assert.deepEqual([handshakes, logins, connections, requests], [1, 1, 1, 10])
    })

    it('over TLS, to a device with a certificate of its own', async () => {
      await simulated({ secure: true })
      assert.equal(await ask(), 'done')
    })

    it('without any account to a device that belongs to nobody', async () => {
      const device = await simulated({ account: 'blank' })
      open(device, 'none')
      assert.equal(await ask(), 'done')
    })

    it('with letters of any language in name and password', async () => {
      const account = { username: 'jürgen@example.com', password: 'pässwörd 密码' }
      const device = await simulated({ account })
      open(device, credentialsOf(account))
      assert.equal(await ask(), 'done')
    })

    it('and asks for the maker’s certificate where a device wants to be asked', async () => {
      for (const dac of [0, 1]) {
        const found = await scripted(loginOf({ dac }))
        assert.equal(await ask(), 'LOGIN_REFUSED')
        const share = found.asked.find(({ sub_method }) => sub_method === 'pake_share')
        assert.equal(Buffer.from(String(share?.params.dac_nonce ?? ''), 'base64').length, dac * 32)
        await found.stop()
      }
      server = undefined
    })
  })

  describe('is refused', () => {
    it('by a device of another account, which is asked once, because devices lock themselves', async () => {
      const device = await simulated({ account: { username: 'user@example.com', password: 'other' } })
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.deepEqual([device.requests.handshakes, device.requests.refused_logins], [1, 1])
      assert.match(failures[0]?.message ?? '', /account that is set.*Third-Party Compatibility/)
    })

    it('without being asked where no account is set, or a hash alone', async () => {
      const device = await simulated()
      const hash = credentialsHash(SIMULATED_ACCOUNT.username, new Secret(SIMULATED_ACCOUNT.password))
      open(device, 'none')
      assert.equal(await ask(), 'LOGIN_REFUSED')
      open(device, { hash })
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.match(failures[0]?.message ?? '', /no account is set/)
      assert.match(failures[1]?.message ?? '', /a hash of them is enough only while Third-Party Compatibility/)
      assert.equal(device.requests.handshakes, 0)
    })

    it('by a device that has locked itself, and then says so', async () => {
      await scripted(() => ({ body: '{"error_code":-2101}' }))
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.match(failures[0]?.message ?? '', /locked itself after too many wrong passwords/)
    })

    it('by ourselves, where whoever answers does not know the account', async () => {
      const right = loginOf({})
      const found = await scripted((step) =>
        step.sub_method === 'pake_share'
          ? { body: answer({ dev_confirm: Buffer.alloc(32).toString('base64'), stok: 'ABC', start_seq: 1 }) }
          : right(step),
      )
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.equal(
        found.asked.some(({ path }) => path !== '/'),
        false,
      )
    })

    it('and tells nobody of the password', async () => {
      await simulated({ account: { username: 'user@example.com', password: 'other' } })
      await ask()
      const shown = inspect([failures, tpap, queue], { depth: 12, showHidden: true })
      assert.doesNotMatch(shown, /great_password|698789c94a1bc1bf/)
    })
  })

  describe('keeps to what it knows', () => {
    it('says what helps where a device speaks another variant', async () => {
      await simulated({ speaks: 'tpap-closed' })
      assert.equal(await ask(), 'DEVICE_UNSUPPORTED')
      assert.match(failures[0]?.message ?? '', /Third-Party Compatibility/)
    })

    it('says so where a device speaks something else', async () => {
      for (const speaks of ['klap-2', 'aes'] as const) {
        const device = simulator.addPlug({ model: 'P110(EU)', speaks })
        await simulator.start()
        open(device)
        assert.equal(await ask(), 'PROTOCOL_CHANGED', speaks)
      }
    })
  })

  describe('where a session is over', () => {
    it('begins another, for commands too: what was refused has not been done', async () => {
      const device = await simulated()
      await ask()
      device.forgetSessions()
      assert.equal(
        await ask({ text: '{"method":"set_device_info","params":{"device_on":false}}', repeatable: false }),
        'done',
      )
      assert.deepEqual([device.requests.logins, device.requests.commands], [2, ['set_device_info']])
    })

    it('begins one for each request of a device that keeps none', async () => {
      const device = await simulated()
      device.behave({ kind: 'session-per-request' })
      for (let count = 0; count < 3; count++) assert.equal(await ask(), 'done')
      assert.equal(device.requests.logins, 3)
    })

    it('begins no third for one request', async () => {
      const device = await simulated()
      device.behave({ kind: 'forbid', when: 'request' })
      assert.equal(await ask(), 'SESSION_REFUSED')
      assert.equal(device.requests.logins, 2)
    })

    it('follows a device that listens to another account now into a refusal', async () => {
      const device = await simulated()
      await ask()
      await device.updateFirmware({ account: { username: 'other@example.com', password: 'other' } })
      await ask()
      assert.equal(await ask(), 'LOGIN_REFUSED')
    })
  })

  describe('whatever a device does', () => {
    const BEHAVIOURS = [
      ['garbage', 'REPLY_INVALID'],
      ['wrong-signature', 'REPLY_INVALID'],
      ['short-reply', 'REPLY_CUT_SHORT'],
    ] as const
    for (const [kind, code] of BEHAVIOURS) {
      it(`gives an error for ${kind}, and a reply when that is over`, async () => {
        const device = await simulated()
        assert.equal(await ask(), 'done')
        device.behave({ kind })
        assert.equal(await ask(), code)
        device.behave()
        assert.equal(await ask(), 'done')
      })
    }

    it('waits no longer than the deadline, in every step', async () => {
      const quick = { ...TIMEOUTS, reply_ms: 60 }
      for (const silent of ['discover', 'pake_register', 'pake_share']) {
        const right = loginOf({})
        const found = await scripted((step) => (step.sub_method === silent ? undefined : right(step)), quick)
        assert.equal(await ask(), 'REPLY_TIMEOUT')
        await found.stop()
      }
      server = undefined
    })

    it('says nothing more once it is stopped, in the middle of a login too', async () => {
      let stop = (): void => undefined
      const isStopped = new Promise<void>((resolve) => {
        stop = () => {
          tpap?.stop()
          resolve()
        }
      })
      const found = await scripted((step) => {
        if (step.sub_method === 'pake_register') stop()
        return loginOf({})(step)
      })
      let isTold = false
      queue.add(new Exchange(new Request(TEXT, true, true), false, () => (isTold = true)))
      await isStopped
      stop = () => undefined
      open({ host: '127.0.0.1', port: found.port })
      assert.equal(await ask(), 'LOGIN_REFUSED')
      assert.equal(isTold, false)
      assert.deepEqual(
        found.asked.map(({ sub_method }) => sub_method),
        ['discover', 'pake_register', 'discover', 'pake_register', 'pake_share'],
      )
    })

    it('gives an error with a code, whatever it answers to any step of the login', async () => {
      const found = await scripted(() => undefined)
      const json = fc.oneof(
        fc.json(),
        fc.json().map((result) => `{"error_code":0,"result":${result}}`),
      )
      const text = fc.oneof({ weight: 3, arbitrary: json }, { weight: 1, arbitrary: fc.string() })
      const reply = fc.record({ status: fc.constantFrom(200, 200, 200, 403, 404, 500), body: text })
      const steps = fc.constantFrom('discover', 'pake_register', 'pake_share')
      const codes = /^(PROTOCOL_CHANGED|SESSION_REFUSED|LOGIN_REFUSED|REPLY_INVALID|DEVICE_UNSUPPORTED)$/
      await fc.assert(
        fc.asyncProperty(steps, reply, async (spoilt, answered) => {
          const right = loginOf({})
          found.replies = (step) => (step.sub_method === spoilt ? answered : right(step))
          assert.match(await ask(), codes)
        }),
        { numRuns: 60 },
      )
    })
  })
})

function answer(result: object): string {
  return JSON.stringify({ error_code: 0, result })
}

/** A device that goes through the login, up to the proof, which it never takes. */
function loginOf(tpap: object): TpapServer['replies'] {
  const registered = {
    dev_random: Buffer.alloc(32, 1).toString('base64'),
    dev_salt: Buffer.alloc(16, 2).toString('base64'),
    dev_share: Buffer.from(
      '04506114984fbd98acc1fc06016df35b16632301cec7cf04610b9529bc8b5b3b8e098c6b61ab8cdfc02c861abc14d0899f6d24d7ce34c4fe51f87bdb2549621954',
      'hex',
    ).toString('base64'),
    cipher_suites: 1,
    iterations: 10,
    encryption: 'aes_128_ccm',
    extra_crypt: { type: 'password_shadow', params: { passwd_id: 2 } },
  }
  return ({ sub_method }: AskedStep) => {
    switch (sub_method) {
      case 'discover':
        return { body: answer({ mac: '48-22-54-00-11-22', tpap: { tls: 0, pake: [2], port: 80, ...tpap } }) }
      case 'pake_register':
        return { body: answer(registered) }
      default:
        return { body: '{"error_code":-2203}' }
    }
  }
}
