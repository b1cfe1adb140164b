import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { PacketGuard } from '../../src/mqtt/packet-guard'

const LONGEST = 300

/** As MQTT writes it: what it is, how long the rest is, the rest. */
function packet(kind: number, length: number): Buffer {
  const digits: number[] = []
  for (let left = length; digits.length === 0 || left > 0; left = Math.floor(left / 128)) {
    digits.push((left % 128) + (left >= 128 ? 128 : 0))
  }
  return Buffer.concat([Buffer.from([kind, ...digits]), Buffer.alloc(length, kind)])
}

describe('what guards against packets that are too long', () => {
  const packets = fc.array(
    fc.record({
      kind: fc.integer({ min: 0, max: 255 }),
      length: fc.oneof(
        fc.integer({ min: 0, max: 3 * LONGEST }),
        fc.constantFrom(0, 127, 128, LONGEST, LONGEST + 1, 20_000),
      ),
    }),
    { maxLength: 12 },
  )

  it('lets through all others as they are, however they arrive', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sent, sizes) => {
        let dropped = 0
        const guard = new PacketGuard(LONGEST, () => dropped++)
        const stream = Buffer.concat(sent.map(({ kind, length }) => packet(kind, length)))
        const passed: Buffer[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          passed.push(guard.filter(stream.subarray(at, at + size)))
          at += size
        }
        const short = sent.filter(({ length }) => length <= LONGEST)
        assert.deepEqual(Buffer.concat(passed), Buffer.concat(short.map(({ kind, length }) => packet(kind, length))))
        assert.equal(dropped, sent.length - short.length)
      }),
    )
  })

  it('takes any bytes, and adds none', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const guard = new PacketGuard(LONGEST, () => undefined)
        const passed = chunks.map((chunk) => guard.filter(Buffer.from(chunk)).length)
        const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0)
        assert.ok(sum(passed) <= sum(chunks.map(({ length }) => length)))
      }),
    )
  })
})
