import assert from 'node:assert/strict'
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  generateKeyPairSync,
  privateDecrypt,
} from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { SIMULATED_ACCOUNT, type SimulatedDevice, Simulator } from '../../../src/simulator'
import { FakeClock } from '../../support/fake-clock'
import { cookieOf, post } from './http-client'

const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const INFO = { method: 'get_device_info' }

interface Reply {
  readonly error_code: number
  readonly result?: Readonly<Record<string, unknown>>
}

/** A client that does each step by itself. */
class AesClient {
  token: string | undefined
  session = ''
  private key: Buffer = Buffer.alloc(0)
  private iv: Buffer = Buffer.alloc(0)

  constructor(private readonly device: SimulatedDevice) {}

  async shakeHands(key: unknown = KEYS.publicKey): Promise<Reply> {
    const answer = await post(this.device, {
      path: '/app',
      body: JSON.stringify({ method: 'handshake', params: { key } }),
    })
    const reply = JSON.parse(answer.body.toString()) as Reply
    if (reply.error_code !== 0) return reply
    this.session = cookieOf(answer).session
    const bytes = unpadded(Buffer.from(String(reply.result?.key), 'base64'))
    this.key = bytes.subarray(0, 16)
    this.iv = bytes.subarray(16)
    return reply
  }

  async logIn(login: object): Promise<Reply> {
    const reply = await this.send({ method: 'login_device', params: login })
    this.token = reply.result?.token as string | undefined
    return reply
  }

  /** The reply inside, or the one outside where that tells an error. */
  async send(request: object): Promise<Reply> {
    const cipher = createCipheriv('aes-128-cbc', this.key, this.iv)
    const sealed = cipher.update(JSON.stringify(request), 'utf8', 'base64') + cipher.final('base64')
    const outer = await this.sendSealed(sealed)
    if (outer.error_code !== 0) return outer
    const decipher = createDecipheriv('aes-128-cbc', this.key, this.iv)
    const text = decipher.update(String(outer.result?.response), 'base64', 'utf8') + decipher.final('utf8')
    return JSON.parse(text) as Reply
  }

  async sendSealed(sealed: string): Promise<Reply> {
    const path = this.token === undefined ? '/app' : `/app?token=${this.token}`
    const body = JSON.stringify({ method: 'securePassthrough', params: { request: sealed } })
    const answer = await post(this.device, { path, body, session: this.session })
    return JSON.parse(answer.body.toString()) as Reply
  }
}

/** Node.js refuses to remove the padding of PKCS #1 1.5 itself. */
function unpadded(sealed: Buffer): Buffer {
  const padded = privateDecrypt({ key: KEYS.privateKey, padding: constants.RSA_NO_PADDING }, sealed)
  assert.deepEqual([...padded.subarray(0, 2)], [0, 2])
  return padded.subarray(padded.indexOf(0, 2) + 1)
}

function sha1Hex(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function login(version: 1 | 2, { username, password } = SIMULATED_ACCOUNT): object {
  const user = base64(sha1Hex(username))
  return version === 1
    ? { username: user, password: base64(password) }
    : { username: user, password2: base64(sha1Hex(password)) }
}

describe('a simulated device that speaks AES', () => {
  let clock: FakeClock
  let simulator: Simulator
  let device: SimulatedDevice
  let client: AesClient

  beforeEach(async () => {
    clock = new FakeClock()
    simulator = new Simulator({ port: 0, clock })
    device = simulator.addPlug({ model: 'P110(EU)', speaks: 'aes' })
    await simulator.start()
    client = new AesClient(device)
  })
  afterEach(() => simulator.stop())

  for (const version of [1, 2] as const) {
    it(`answers who logs in with version ${version}, and with that alone`, async () => {
      await device.updateFirmware({ login_version: version })
      await client.shakeHands()
      assert.equal((await client.logIn(login(version))).error_code, 0)
      assert.equal((await client.send(INFO)).result?.model, 'P110')
      const other = new AesClient(device)
      await other.shakeHands()
      assert.equal((await other.logIn(login(version === 1 ? 2 : 1))).error_code, -1501)
      const { handshakes, logins, refused_logins, requests } = device.requests
      assert.deepEqual(
        { handshakes, logins, refused_logins, requests },
        { handshakes: 2, logins: 1, refused_logins: 1, requests: 1 },
      )
    })
  }

  it('ends the session of a login that it refuses', async () => {
    await client.shakeHands()
    assert.equal((await client.logIn(login(2, { username: 'a', password: 'b' }))).error_code, -1501)
    assert.equal((await client.logIn(login(2))).error_code, 9999)
  })

  it('says that a session is over where there is none, none any more, or no login', async () => {
    assert.equal((await client.sendSealed('')).error_code, 9999)
    device.behave({ kind: 'session-timeout', timeout_s: 60 })
    await client.shakeHands()
    assert.equal((await client.send(INFO)).error_code, 9999)
    await client.logIn(login(2))
    clock.advance(60_000)
    assert.equal((await client.send(INFO)).error_code, 9999)

    device.behave({ kind: 'session-per-request' })
    await client.shakeHands()
    await client.logIn(login(2))
    assert.equal((await client.send(INFO)).error_code, 0)
    assert.equal((await client.send(INFO)).error_code, 9999)
  })

  it('answers 403 to those who have logged in', async () => {
    await client.shakeHands()
    await client.logIn(login(2))
    device.behave({ kind: 'forbid', when: 'request' })
    const path = `/app?token=${client.token}`
    assert.equal((await post(device, { path, body: '{}', session: client.session })).status, 403)
    assert.equal((await new AesClient(device).shakeHands()).error_code, 0)
  })

  it('refuses a key that is none, and what it cannot decrypt', async () => {
    for (const key of [undefined, 7, 'no key']) {
      assert.equal((await client.shakeHands(key ?? null)).error_code, -1010)
    }
    await client.shakeHands()
    assert.equal((await client.sendSealed('AAAA')).error_code, -1005)
  })

  it('does not know KLAP', async () => {
    assert.equal((await post(device, { path: '/app/handshake1', body: 'x'.repeat(16) })).status, 404)
  })
})
