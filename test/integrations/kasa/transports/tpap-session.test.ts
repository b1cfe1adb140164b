import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { TpapSession } from '../../../../src/integrations/kasa/transports/tpap-session'
import { TpapCipher } from '../../../../src/simulator/http/tpap-cipher'

const SHARED = 'fd26929324ee27c348abd51b8cac829f7273b31030eb14d09352170be549633d'
const shared = Buffer.from(SHARED, 'hex')
const TEXT = '{"method":"get_device_info"}'
/** As plugp100 6.0.2 seals it. */
const SEALED = '000003e868802eebe04c653eb13be8b16d4f102efa3ff74b9cd2ad3bbd23cc73e91cd9079921b309fcbe11b94a445f3d'

function codeOf(session: TpapSession, body: Buffer): string {
  try {
    return session.open(body)
  } catch (thrown) {
    assert.ok(thrown instanceof MonitorError)
    return thrown.code
  }
}

describe('a session of TPAP', () => {
  it('seals a request as another implementation does', () => {
    assert.equal(new TpapSession(shared, 1000).seal(Buffer.from(TEXT)).toString('hex'), SEALED)
  })

  it('carries any text to the device and any reply back, with rising numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { maxLength: 5 }),
        (pairs) => {
          const [own, device] = [new TpapSession(shared, 7), new TpapCipher(shared, 7)]
          pairs.forEach(([request, reply], index) => {
            const asked = device.open(own.seal(Buffer.from(request))) ?? assert.fail('not opened')
            assert.deepEqual(asked, { sequence: 7 + index, text: request })
            assert.equal(own.open(device.seal(asked.sequence, reply)), reply)
          })
        },
      ),
    )
  })

  it('gives an error for whatever the device cannot have written', () => {
    const session = new TpapSession(shared, 7)
    session.seal(Buffer.from(TEXT))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, isNumbered) => {
        const body = Buffer.from(bytes)
        if (isNumbered && body.length >= 4) body.writeUInt32BE(7)
        assert.match(codeOf(session, body), /^(REPLY_INVALID|QUERY_TOO_LARGE)$/)
      }),
    )
  })

  it('takes no reply that is changed in any bit, nor the one to an earlier request', () => {
    const [session, device] = [new TpapSession(shared, 7), new TpapCipher(shared, 7)]
    session.seal(Buffer.from(TEXT))
    const reply = device.seal(7, '{"error_code":0}')
    for (let bit = 0; bit < reply.length * 8; bit++) {
      const changed = Buffer.from(reply)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      assert.equal(codeOf(session, changed), 'REPLY_INVALID')
    }
    assert.equal(codeOf(session, reply), '{"error_code":0}')
    session.seal(Buffer.from(TEXT))
    assert.equal(codeOf(session, reply), 'REPLY_INVALID')
  })

  it('takes a page for the answer to too large a query', () => {
    const session = new TpapSession(shared, 7)
    session.seal(Buffer.from(TEXT))
    assert.equal(codeOf(session, Buffer.from('<html><body>Welcome</body></html>')), 'QUERY_TOO_LARGE')
  })

  it('is used up with its last number, because none may come twice', () => {
    const session = new TpapSession(shared, 0xffff_ffff)
    assert.equal(session.isUsedUp, false)
    assert.equal(session.seal(Buffer.from(TEXT)).readUInt32BE(), 0xffff_ffff)
    assert.equal(session.isUsedUp, true)
  })

  it('shows its key to nobody who prints it', () => {
    const session = new TpapSession(shared, 1000)
    assert.doesNotMatch(inspect(session, { depth: 9, showHidden: true }) + JSON.stringify(session), /12f20631|Buffer/)
  })
})
