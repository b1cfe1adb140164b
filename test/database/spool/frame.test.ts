import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { crc32, tableChecksum } from '../../../src/database/spool/crc32'
import { encodeFrames, findFrame, frameAt, HEADER_BYTES, isTorn } from '../../../src/database/spool/frame'

const SEGMENT = 7

function frame(text: string, lines = 1): Buffer {
  return encodeFrames(
    [{ texts: [text], bytes: Buffer.byteLength(text), lines, accepted_at: 1_767_571_200_000 }],
    SEGMENT,
  )
}

describe('a frame of the spool', () => {
  it('gives back any text, its lines and when it was accepted', () => {
    const content = fc.record({
      texts: fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }),
      lines: fc.nat(),
      accepted_at: fc.nat({ max: 2 ** 47 }),
    })
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), (contents) => {
        const sized = contents.map((each) => ({ ...each, bytes: Buffer.byteLength(each.texts.join('')) }))
        // A pair of surrogates that is split over two texts is not what anybody appends.
        fc.pre(contents.every(({ texts }) => texts.every((each) => Buffer.from(each).toString() === each)))
        const buffer = encodeFrames(sized, SEGMENT)
        let at = 0
        for (const { texts, lines, accepted_at } of sized) {
          const found = frameAt(buffer, at, SEGMENT)
          assert.ok(found)
          assert.equal(buffer.toString('utf8', found.start, found.end), texts.join(''))
          assert.deepEqual([found.lines, found.accepted_at], [lines, accepted_at])
          at = found.end
        }
        assert.equal(at, buffer.length)
      }),
    )
  })

  it('is found in no bytes by accident', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.equal(findFrame(Buffer.from(bytes), 0, SEGMENT), undefined)
      }),
    )
  })

  it('is not imitated by any text, not even by one that holds a frame', () => {
    const inner = frame('reading v=1 1\n').toString('latin1')
    const outer = frame(`a="${inner}"\n`)
    assert.equal(findFrame(outer, 1, SEGMENT), undefined)
  })

  it('is told from one of another file by its number', () => {
    assert.ok(frameAt(frame('x\n'), 0, SEGMENT))
    assert.equal(frameAt(frame('x\n'), 0, SEGMENT + 1), undefined)
  })

  it('is refused with any bit of it turned', () => {
    const sound = frame('reading v=1 1\n')
    for (let bit = 0; bit < sound.length * 8; bit++) {
      const damaged = Buffer.from(sound)
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      assert.equal(frameAt(damaged, 0, SEGMENT), undefined, `bit ${bit}`)
    }
  })

  it('that was cut short is told from damage', () => {
    const whole = frame('reading v=1 1\n')
    for (let length = 1; length < whole.length; length++) assert.ok(isTorn(whole.subarray(0, length), SEGMENT))
    assert.ok(isTorn(Buffer.alloc(4096), SEGMENT))
    assert.ok(!isTorn(Buffer.concat([Buffer.from('x'), whole]), SEGMENT))
    const damaged = Buffer.from(whole)
    damaged[HEADER_BYTES] = 0
    assert.ok(!isTorn(damaged, SEGMENT))
  })

  it('has the same checksum on a Node.js that brings none', () => {
    const checksum = tableChecksum()
    assert.equal(checksum(Buffer.from('123456789')), 0xcbf43926)
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(checksum(bytes), crc32(bytes))))
  })
})
