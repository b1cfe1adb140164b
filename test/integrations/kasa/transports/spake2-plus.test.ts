import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { prove, randomScalar, scalarOf } from '../../../../src/integrations/kasa/transports/spake2-plus'
import { passcodeRecord, Spake2Verifier } from '../../../../src/simulator/http/spake2-verifier'
import { passwordScalars } from '../../../../src/integrations/kasa/transports/tpap-codec'

const hex = (text: string) => Buffer.from(text, 'hex')
const scalar = (text: string) => scalarOf(hex(text))

/** RFC 9383, appendix C: P256-SHA256-HKDF-SHA256-HMAC-SHA256. */
const RFC = {
  context: Buffer.from('SPAKE2+-P256-SHA256-HKDF-SHA256-HMAC-SHA256 Test Vectors'),
  identities: { prover: 'client', verifier: 'server' },
  scalars: {
    w0: scalar('bb8e1bbcf3c48f62c08db243652ae55d3e5586053fca77102994f23ad95491b3'),
    w1: scalar('7e945f34d78785b8a3ef44d0df5a1a97d6b3b460409a345ca7830387a74b1dba'),
  },
  x: scalar('d1232c8e8693d02368976c174e2088851b8365d0d79a9eee709c6a05a2fad539'),
  verifier_share: hex(
    '04c0f65da0d11927bdf5d560c69e1d7d939a05b0e88291887d679fcadea75810fb5cc1ca7494db39e82ff2f50665255d76173e09986ab46742c798a9a68437b048',
  ),
  prover_share:
    '04ef3bd051bf78a2234ec0df197f7828060fe9856503579bb1733009042c15c0c1de127727f418b5966afadfdd95a6e4591d171056b333dab97a79c7193e341727',
  prover_confirmation: '926cc713504b9b4d76c9162ded04b5493e89109f6d89462cd33adc46fda27527',
  verifier_confirmation: '9747bcc4f8fe9f63defee53ac9b07876d907d55047e6ff2def2e7529089d3e68',
  shared: '0c5f8ccd1413423a54f6c1fb26ff01534a87f893779c6e68666d772bfd91f3e7',
} as const

const code = (action: () => unknown): string => {
  try {
    action()
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError, String(thrown))
    return thrown.code
  }
  return 'none'
}

describe('SPAKE2+', () => {
  it('agrees with the test vector of RFC 9383', () => {
    const { scalars, x, context, verifier_share, identities } = RFC
    const { share, confirmation, expected, key } = prove(scalars, x, context, verifier_share, identities)
    assert.deepEqual(
      [share, confirmation, expected, key].map((bytes) => bytes.toString('hex')),
      [RFC.prover_share, RFC.prover_confirmation, RFC.verifier_confirmation, RFC.shared],
    )
  })

  it('takes a share in its short form too, and goes on with the long one', () => {
    const { scalars, x, context, verifier_share, identities } = RFC
    const short = Buffer.concat([Buffer.from([2]), verifier_share.subarray(1, 33)])
    assert.equal(prove(scalars, x, context, short, identities).key.toString('hex'), RFC.shared)
  })

  it('agrees with the other side on a key where both know the passcode, and on nothing where one does not', async () => {
    const record = passcodeRecord('passcode')
    const context = randomBytes(32)
    for (const [passcode, isRight] of [
      ['passcode', true],
      ['another', false],
    ] as const) {
      const device = new Spake2Verifier(record, context)
      const offered = { ...record, share: device.share, random: context, extra_crypt: undefined }
      const own = prove(await passwordScalars(passcode, offered), randomScalar(), context, device.share)
      const found = device.check(own.share, own.confirmation)
      assert.deepEqual(found, isRight ? { confirmation: own.expected, key: own.key } : undefined)
    }
  })

  it('refuses a share that would make the key known to everybody', () => {
    // w0 * N, for w0 = 1: nothing is left of it once the password is taken out.
    const bare = hex('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49')
    assert.equal(
      code(() => prove({ w0: 1n, w1: 1n }, 5n, Buffer.alloc(32), bare)),
      'REPLY_INVALID',
    )
  })

  it('refuses whatever is no point of the curve', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 140 }), fc.uint8Array({ minLength: 65, maxLength: 65 }))
    fc.assert(
      fc.property(bytes, (share) => {
        const found = code(() => prove({ w0: 2n, w1: 3n }, 5n, Buffer.alloc(32), Buffer.from(share)))
        assert.equal(found, 'REPLY_INVALID')
      }),
      { numRuns: 40 },
    )
  })

  it('draws another secret for each login', () => {
    assert.equal(new Set(Array.from({ length: 50 }, randomScalar)).size, 50)
  })
})
