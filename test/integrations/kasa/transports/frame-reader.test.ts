import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { MonitorError } from '../../../../src/domain/errors'
import { FrameReader, MAXIMUM_REPLY_BYTES } from '../../../../src/integrations/kasa/transports/frame-reader'
import { frame } from '../../../../src/integrations/kasa/transports/xor-codec'

/** Feeds `bytes` in pieces of the given sizes, the last piece taking the rest; ends at the first complete reply. */
function feed(reader: FrameReader, bytes: Buffer, sizes: readonly number[]): string | undefined {
  let place = 0
  for (const size of [...sizes, bytes.length]) {
    const piece = bytes.subarray(place, place + size)
    if (piece.length === 0) continue
    place += piece.length
    const reply = reader.push(Buffer.from(piece), piece.length)
    if (reply !== undefined) return reply
  }
  return undefined
}

const codeOf = (code: string) => (thrown: unknown) => thrown instanceof MonitorError && thrown.code === code

describe('reading replies from a stream', () => {
  it('puts a reply together however the network cuts it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), fc.array(fc.integer({ min: 1, max: 700 })), (text, sizes) => {
        const reader = new FrameReader()
        assert.equal(feed(reader, frame(text), sizes), text)
        assert.equal(reader.begun, false)
      }),
    )
  })

  it('reads one reply after another', () => {
    const reader = new FrameReader()
    for (const text of ['first', 'second', '', 'x'.repeat(70_000)])
      assert.equal(feed(reader, frame(text), [3, 5]), text)
  })

  it('uses only the bytes that arrived, not what an earlier reply left in the buffer', () => {
    const reader = new FrameReader()
    const buffer = Buffer.alloc(100, 1)
    const bytes = frame('{"a":1}')
    bytes.copy(buffer)
    assert.equal(reader.push(buffer, 5), undefined)
    bytes.copy(buffer, 0, 5)
    assert.equal(reader.push(buffer, bytes.length - 5), '{"a":1}')
  })

  it('refuses a reply by its length before it keeps any of it, whatever the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: MAXIMUM_REPLY_BYTES + 1, max: 0xffff_ffff }), fc.nat(500), (length, rest) => {
        const bytes = Buffer.alloc(4 + rest)
        bytes.writeUInt32BE(length)
        assert.throws(() => new FrameReader().push(bytes, bytes.length), codeOf('REPLY_TOO_LARGE'))
      }),
    )
  })

  it('takes a length with the highest bit set for a large one, not for a negative one', () => {
    const bytes = Buffer.from([0xff, 0xff, 0xff, 0xff])
    assert.throws(() => new FrameReader().push(bytes, 4), codeOf('REPLY_TOO_LARGE'))
  })

  it('accepts the largest allowed reply', () => {
    const text = 'x'.repeat(MAXIMUM_REPLY_BYTES)
    assert.equal(feed(new FrameReader(), frame(text), [65_536, 65_536]), text)
  })

  it('refuses bytes behind the reply', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ minLength: 1, maxLength: 50 }), (text, extra) => {
        const bytes = Buffer.concat([frame(text), extra])
        assert.throws(() => new FrameReader().push(bytes, bytes.length), codeOf('REPLY_INVALID'))
      }),
    )
  })

  it('knows whether a reply has begun', () => {
    const reader = new FrameReader()
    assert.equal(reader.begun, false)
    reader.push(Buffer.from([0]), 1)
    assert.equal(reader.begun, true)
    reader.reset()
    assert.equal(reader.begun, false)
  })
})
