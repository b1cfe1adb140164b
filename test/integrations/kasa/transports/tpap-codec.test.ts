import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { Secret } from '../../../../src/domain/secret'
import type { JsonObject } from '../../../../src/integrations/kasa/json'
import { prove, scalarOf } from '../../../../src/integrations/kasa/transports/spake2-plus'
import {
  accountPasscode,
  defaultPasscode,
  exchangeContext,
  passwordScalars,
  readAdmission,
  readRegistration,
  registration,
} from '../../../../src/integrations/kasa/transports/tpap-codec'
import { variantOf } from '../../../../src/integrations/kasa/transports/tpap-variant'

const ACCOUNT = { username: 'user@example.com', password: new Secret('great_password') }
const SHADOW = { type: 'password_shadow', params: { passwd_id: 2 } }
const bytes = (from: number, to: number) => Buffer.from(Array.from({ length: to - from }, (_, index) => from + index))
const base64 = (buffer: Buffer) => buffer.toString('base64')

/** A login as plugp100 6.0.2 goes through it, with its secret number set to that of RFC 9383. */
const LOGIN = {
  x: 'd1232c8e8693d02368976c174e2088851b8365d0d79a9eee709c6a05a2fad539',
  w0: 'f9209e0fc47d1bd03e9ca42c5e989bab6f632243c7619f1699f723debd4ca54c',
  w1: 'd1b54510fcd101c0b3a1336ab69d5e4295c37322d398e7fb795aaa29bb444d09',
  dev_share:
    '04506114984fbd98acc1fc06016df35b16632301cec7cf04610b9529bc8b5b3b8e098c6b61ab8cdfc02c861abc14d0899f6d24d7ce34c4fe51f87bdb2549621954',
  user_share:
    '044a71a2d2db0d93e508dff196fe104fc245ae8e5a33526bae41a1ac109f72a341a49c207e2d8bbed1914ff6abc42bc70dd266b64b1001c4a0b941dac351589675',
  user_confirm: '14cd10514df4de6fd294ad1dda9b34c3c3a59417d47fdc13dc9609947ac7b623',
  dev_confirm: '6cd45940f3371e5eeaa8aa2a5c936cc5b310cdfb9b26577c15b1fe7e551f9b2c',
  shared: 'fd26929324ee27c348abd51b8cac829f7273b31030eb14d09352170be549633d',
} as const

const REGISTERED: JsonObject = {
  dev_random: base64(bytes(32, 64)),
  dev_salt: base64(bytes(64, 80)),
  dev_share: base64(Buffer.from(LOGIN.dev_share, 'hex')),
  cipher_suites: 1,
  iterations: 3000,
  encryption: 'aes_128_ccm',
  extra_crypt: SHADOW,
}
const ADMITTED: JsonObject = { dev_confirm: 'AAAA', stok: 'ABC123', start_seq: 1 }

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError, String(thrown))
    return thrown.code
  }
  return 'none'
}

describe('the login of TPAP', () => {
  it('is the same as that of another implementation, byte for byte', async () => {
    const offered = readRegistration(REGISTERED)
    const scalars = await passwordScalars(accountPasscode(ACCOUNT, offered.extra_crypt), offered)
    assert.deepEqual(
      [scalars.w0, scalars.w1].map((scalar) => scalar.toString(16)),
      [LOGIN.w0, LOGIN.w1],
    )
    const context = exchangeContext(bytes(0, 32), offered.random)
    const { share, confirmation, expected, key } = prove(
      scalars,
      scalarOf(Buffer.from(LOGIN.x, 'hex')),
      context,
      offered.share,
    )
    assert.deepEqual(
      [share, confirmation, expected, key].map((buffer) => buffer.toString('hex')),
      [LOGIN.user_share, LOGIN.user_confirm, LOGIN.dev_confirm, LOGIN.shared],
    )
  })

  it('writes the password as the device wants it', () => {
    assert.equal(accountPasscode(ACCOUNT, SHADOW), '698789c94a1bc1bf1bc2730bb513acd9fec936f8')
    for (const none of [undefined, {}]) {
      assert.equal(accountPasscode(ACCOUNT, none), 'user@example.com/great_password')
    }
  })

  it('tells nothing of the password to a device that wants to choose which characters count', () => {
    const params = { authkey_tmpkey: 'aaaaaaaa', authkey_dictionary: 'ab' }
    const wishes = [
      { type: 'password_authkey', params },
      { type: 'password_shadow', params: { passwd_id: 5 } },
    ]
    for (const wish of wishes)
      assert.equal(
        codeOf(() => accountPasscode(ACCOUNT, wish)),
        'DEVICE_UNSUPPORTED',
      )
  })

  it('knows the passcode of a device that belongs to nobody by its MAC', () => {
    const expected = '62280D5D3BFE5DBF930152849B72814FEB8534815892D4A13B75FB0ABC365345'
    assert.equal(defaultPasscode('48-22-54-00-11-22'), expected)
    assert.equal(defaultPasscode('482254001122'), expected)
    for (const mac of [undefined, 7, '', '48-22', '48-22-54-00-11-2x', '48-22-54-00-11-22-33'])
      assert.equal(
        codeOf(() => defaultPasscode(mac)),
        'REPLY_INVALID',
      )
  })

  it('asks in the name that the device knows', () => {
    const names = [0, 1].map((user_hash_type) => {
      const variant = variantOf({ pake: [2], user_hash_type }) ?? assert.fail()
      return (registration(bytes(0, 32), variant) as JsonObject).username
    })
    assert.deepEqual(names, [
      '21232f297a57a5a743894a0e4a801fc3',
      '8C6976E5B5410415BDE908BD4DEE15DFB167A9C873FC4BB8A81F6F2AB448A918',
    ])
  })

  it('lets no device keep us busy: the work that it may ask for is bounded', () => {
    for (const iterations of [0, -1, 1.5, 100_001, 2 ** 40, '3000', null])
      assert.equal(
        codeOf(() => readRegistration({ ...REGISTERED, iterations })),
        'REPLY_INVALID',
      )
  })

  it('goes no other way than those that it has offered', () => {
    for (const chosen of [{ cipher_suites: 2 }, { encryption: 'aes_256_ccm' }, { cipher_suites: undefined }])
      assert.equal(
        codeOf(() => readRegistration({ ...REGISTERED, ...chosen })),
        'DEVICE_UNSUPPORTED',
      )
  })

  it('puts nothing into a request line that does not belong there', () => {
    for (const stok of ['a b', 'a\r\nX: y', '../x', 'a/b', '', 'x'.repeat(300), 7])
      assert.equal(
        codeOf(() => readAdmission({ ...ADMITTED, stok })),
        'REPLY_INVALID',
      )
    assert.equal(readAdmission({ ...ADMITTED, stok: undefined, sessionId: 'abc-_1' }).token, 'abc-_1')
  })

  it('understands any answer, or says which error it is', () => {
    const spoilt = (whole: JsonObject) =>
      fc
        .record(Object.fromEntries(Object.keys(whole).map((key) => [key, fc.anything()])), { requiredKeys: [] })
        .map((some): JsonObject => ({ ...whole, ...some }))
    fc.assert(
      fc.property(spoilt(REGISTERED), spoilt(ADMITTED), (registered, admitted) => {
        assert.match(
          codeOf(() => readRegistration(registered)),
          /^(none|REPLY_INVALID|DEVICE_UNSUPPORTED)$/,
        )
        assert.match(
          codeOf(() => readAdmission(admitted)),
          /^(none|REPLY_INVALID)$/,
        )
      }),
    )
  })
})
