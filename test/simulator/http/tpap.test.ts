import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { prove, randomScalar } from '../../../src/integrations/kasa/transports/spake2-plus'
import {
  accountPasscode,
  exchangeContext,
  passwordScalars,
  readAdmission,
  readRegistration,
  registration,
} from '../../../src/integrations/kasa/transports/tpap-codec'
import { TpapSession } from '../../../src/integrations/kasa/transports/tpap-session'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../../src/simulator'
import { credentialsOf } from '../../support/kasa'
import { post } from './http-client'

const REQUEST = Buffer.from('{"method":"get_device_info"}')
const VARIANT = { passcode_type: 'userpw', secure: false, attests: false, user_hash: 'md5' } as const

interface Answer {
  readonly error_code: number
  readonly result?: Readonly<Record<string, unknown>>
}

describe('a simulated device that speaks TPAP', () => {
  let simulator: Simulator
  let device: SimulatedDevice

  beforeEach(async () => {
    simulator = new Simulator({ port: 0 })
    device = simulator.addPlug({ model: 'P110(EU)', speaks: 'tpap' })
    await simulator.start()
  })
  afterEach(() => simulator.stop())

  async function step(sub_method: string, params: object = {}): Promise<Answer> {
    const body = JSON.stringify({ method: 'login', params: { sub_method, ...params } })
    return JSON.parse((await post(device, { path: '/', body })).body.toString()) as Answer
  }

  async function shown() {
    const account = credentialsOf(SIMULATED_ACCOUNT)
    const random = randomBytes(32)
    const offered = readRegistration((await step('pake_register', registration(random, VARIANT))).result ?? {})
    assert.ok('username' in account)
    const scalars = await passwordScalars(accountPasscode(account, offered.extra_crypt), offered)
    const proof = prove(scalars, randomScalar(), exchangeContext(random, offered.random), offered.share)
    const [user_share, user_confirm] = [proof.share, proof.confirmation].map((bytes) => bytes.toString('base64'))
    return { proof, params: { user_share, user_confirm } }
  }

  async function loggedIn() {
    const { proof, params } = await shown()
    const admission = readAdmission((await step('pake_share', params)).result ?? {})
    assert.deepEqual(admission.confirmation, proof.expected)
    return {
      session: new TpapSession(proof.key, admission.first_sequence),
      path: `/stok=${admission.token}/ds`,
    }
  }

  it('tells how it wants to be logged in to, and answers whoever does', async () => {
    const { result } = await step('discover')
    const port = device.port
    assert.deepEqual(
      [result?.mac, result?.tpap],
      [device.mac.replaceAll(':', '-'), { tls: 0, dac: 0, noc: 0, pake: [2], port }],
    )
    const { session, path } = await loggedIn()
    const answered = session.open((await post(device, { path, body: session.seal(REQUEST) })).body)
    assert.match(answered, /"model":"P110"/)
  })

  it('takes each number once, and no request that somebody has changed', async () => {
    const { session, path } = await loggedIn()
    const body = session.seal(REQUEST)
    const over = '{"error_code":-2402}'
    const changed = Buffer.from(body)
    changed.writeUInt8(changed.readUInt8(9) ^ 1, 9)
    assert.equal((await post(device, { path, body: changed })).body.toString(), over)
    session.open((await post(device, { path, body })).body)
    assert.equal((await post(device, { path, body })).body.toString(), over)
    assert.equal((await post(device, { path: '/stok=ABC/ds', body })).body.toString(), over)
  })

  it('takes a proof once, right after what it belongs to', async () => {
    const { params } = await shown()
    const other = await shown()
    assert.equal((await step('pake_share', params)).error_code, -2203)
    assert.equal((await step('pake_share', other.params)).error_code, -2203)
    assert.deepEqual([device.requests.logins, device.requests.refused_logins], [0, 2])
  })

  it('lets nobody in who asks for something else, or shows nothing', async () => {
    const random = randomBytes(32)
    for (const wish of [
      { username: 'admin' },
      { cipher_suites: [2] },
      { passcode_type: 'default_userpw' },
      { user_random: 7 },
    ]) {
      assert.notEqual((await step('pake_register', { ...registration(random, VARIANT), ...wish })).error_code, 0)
    }
    for (const params of [{}, { user_share: 'AAAA', user_confirm: 'AAAA' }]) {
      await step('pake_register', registration(random, VARIANT))
      assert.equal((await step('pake_share', params)).error_code, -2203)
    }
    assert.equal((await post(device, { path: '/app/handshake1', body: randomBytes(16) })).status, 403)
  })
})
