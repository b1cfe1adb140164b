import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { decrypt, encrypt, frame } from '../../../../src/integrations/kasa/transports/xor-codec'

const QUERY = '{"system":{"get_sysinfo":{}}}'
const QUERY_HEX = 'd0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6'

/** Byte by byte, straight from the definition: each plain byte is its cipher byte xor the cipher byte before. */
function textbookDecrypt(bytes: Uint8Array): string {
  return Buffer.from(bytes.map((byte, index) => byte ^ (index === 0 ? 0xab : (bytes[index - 1] as number)))).toString()
}

describe('the xor codec', () => {
  it('writes a datagram as real devices expect it', () => {
    assert.equal(encrypt(QUERY).toString('hex'), QUERY_HEX)
  })

  it('puts the length in front of a request over TCP', () => {
    assert.equal(frame(QUERY).toString('hex'), `0000001d${QUERY_HEX}`)
  })

  it('counts bytes, not characters, in the length', () => {
    assert.equal(frame('äöü€😀').readUInt32BE(0), Buffer.byteLength('äöü€😀'))
  })

  it('reads back every text, whatever its length and language', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        assert.equal(decrypt(encrypt(text)), text)
        assert.equal(decrypt(frame(text), 4), text)
      }),
    )
  })

  it('reads a reply at any place of a larger buffer and leaves the buffer as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(40), fc.nat(40), (bytes, before, after) => {
        const whole = Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(after, 9)])
        const copy = Buffer.from(whole)
        assert.equal(decrypt(whole, before, before + bytes.length), textbookDecrypt(bytes))
        assert.deepEqual(whole, copy)
      }),
    )
  })

  it('reads replies that are larger than its working space', () => {
    for (const length of [16_383, 16_384, 16_385, 100_001]) {
      const text = 'x'.repeat(length)
      assert.equal(decrypt(frame(text), 4), text)
    }
  })

  it('gives text for bytes that are no text at all', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(typeof decrypt(bytes), 'string')))
  })
})
