import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { Secret } from '../../../../src/domain/secret'
import { Login } from '../../../../src/integrations/kasa/login'
import { deviceProof, KlapSession, ownProof } from '../../../../src/integrations/kasa/transports/klap-session'
import { DeviceSession } from '../../../support/klap-server'

const local_seed = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const remote_seed = Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex')
const login = new Login('own', { username: 'user@example.com', password: new Secret('great_password') })
const VECTORS = [
  {
    version: 1,
    device: '7c10489c80f0713f4bc0275f2612e432b210f2b7c28b3b03bf95f48987ab0ce9',
    own: 'd753dabd7e5e9029b7423eab85f5a5babd3d5b6ad285ff673e63c537866e571f',
    sequence: 594641584,
    request:
      '5b18c6348e8d250ee7b9a53a20f10d231da56b1c9765bb349f484bdd4cd74a1140a9274cb7dbb8204975e6ce2cf2ad5039e322932dbbf26bc17cce28dffa65fe',
  },
  {
    version: 2,
    device: '2a4200a6ffdfdca1d144314ed38d74be7e22e00e1f002b8a1e04adf9fbf5960c',
    own: '33629671c324a51eecf382a15735ec8005bb3fc7e6146833ad67baf346ee97d9',
    sequence: 1654156118,
    request:
      '8942e69673c3ec87c398505e1c0f2543d2179eaf651a3f528223772480153d5e3db7c290ea168b88c3439cd523fc7729e446bcc26f0d53de8197be06bbb9ac11',
  },
] as const

function sessionOf(version: 1 | 2) {
  const login_hash = login.hash(version)
  assert.ok(login_hash)
  const handshake = { local_seed, remote_seed, login_hash }
  return {
    handshake,
    own: new KlapSession(handshake),
    device: new DeviceSession(version, login_hash, local_seed, remote_seed),
  }
}

for (const vector of VECTORS) {
  describe(`KLAP version ${vector.version}`, () => {
    const { version } = vector

    it('proves what the other side expects', () => {
      const { handshake } = sessionOf(version)
      assert.equal(deviceProof(version, handshake).toString('hex'), vector.device)
      assert.equal(ownProof(version, handshake).toString('hex'), vector.own)
    })

    it('seals the first request as devices expect it', () => {
      const { own } = sessionOf(version)
      assert.equal(own.sequence, vector.sequence)
      assert.equal(own.seal(Buffer.from('{"system":{"get_sysinfo":{}}}')).toString('hex'), vector.request)
      assert.equal(own.sequence, vector.sequence + 1)
    })

    it('understands a device, and is understood, whatever is said and how often', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))), (dialogue) => {
          const { own, device } = sessionOf(version)
          for (const [question, answer] of dialogue) {
            assert.equal(device.open(own.sequence + 1, own.seal(Buffer.from(question))), question)
            assert.equal(own.open(device.seal(own.sequence, answer)), answer)
          }
        }),
      )
    })
  })
}

describe('a KLAP session', () => {
  it('numbers its requests on from the largest number to the smallest', () => {
    // The first number follows from the seeds: one is looked for that begins near the end of the range.
    const login_hash = Buffer.alloc(32, 7)
    for (let count = 0; ; count++) {
      const seed = Buffer.alloc(16)
      seed.writeUInt32BE(count)
      const device = new DeviceSession(2, login_hash, local_seed, seed)
      if (device.first_sequence < 2 ** 31 - 40_000) continue
      const own = new KlapSession({ local_seed, remote_seed: seed, login_hash })
      while (own.sequence !== 2 ** 31 - 1) own.seal(Buffer.alloc(0))
      assert.equal(device.open(-(2 ** 31), own.seal(Buffer.from('next'))), 'next')
      assert.equal(own.sequence, -(2 ** 31))
      assert.equal(own.open(device.seal(own.sequence, 'reply')), 'reply')
      return
    }
  })

  it('gives an error with a code, and nothing else, for whatever bytes arrive', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { own } = sessionOf(2)
        own.seal(Buffer.from('{}'))
        const expected = bytes.length > 32 && bytes.length % 16 === 0 ? 'REPLY_INVALID' : 'QUERY_TOO_LARGE'
        assert.throws(() => own.open(Buffer.from(bytes)), { code: expected })
      }),
    )
  })

  it('takes no reply that is changed in any byte, cut short, lengthened, or meant for another request', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const { own, device } = sessionOf(2)
        own.seal(Buffer.from('{}'))
        const reply = device.seal(own.sequence, '{"system":{"get_sysinfo":{}}}')
        const changed = Buffer.from(reply)
        const index = place % reply.length
        changed.writeUInt8(changed.readUInt8(index) ^ change, index)
        for (const bytes of [
          changed,
          reply.subarray(0, reply.length - 16),
          Buffer.concat([reply, Buffer.alloc(16)]),
          device.seal(own.sequence - 1, '{}'),
        ]) {
          assert.throws(() => own.open(Buffer.from(bytes)), { code: 'REPLY_INVALID' })
        }
        assert.equal(own.open(reply), '{"system":{"get_sysinfo":{}}}')
      }),
    )
  })

  it('tells a page that some firmware answers from a reply that somebody has changed', () => {
    const { own } = sessionOf(2)
    own.seal(Buffer.from('{}'))
    for (const page of ['<html><body>Bad Request</body></html>', '<!DOCTYPE html>'.padEnd(64), '', 'no']) {
      assert.throws(
        () => own.open(Buffer.from(page)),
        (thrown) => thrown instanceof MonitorError && thrown.code === 'QUERY_TOO_LARGE',
      )
    }
  })

  it('shows its keys in no print-out', () => {
    const shown = inspect(sessionOf(2).own, { showHidden: true, depth: 10 })
    assert.doesNotMatch(shown, /Buffer|Uint8Array|1654156118/)
  })
})
