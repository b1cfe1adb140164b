import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { SlidingShare } from '../../../../src/alerting/conditions/windows/sliding-share'

const WINDOW_MS = 6000
const SLOT_MS = 100

describe('share of a window', () => {
  it('counts what is of the window, to a sixtieth of it', () => {
    const step = fc.record({
      gap_ms: fc.oneof(fc.nat(300), fc.nat(20_000)),
      age_ms: fc.oneof(fc.constant(0), fc.nat(10_000)),
      has_failed: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const share = new SlidingShare(WINDOW_MS)
        const seen: { at_ms: number; has_failed: boolean }[] = []
        let now_ms = -15_000
        for (const { gap_ms, age_ms, has_failed } of steps) {
          now_ms += gap_ms
          share.expire(now_ms)
          share.add(now_ms - age_ms, has_failed)
          seen.push({ at_ms: now_ms - age_ms, has_failed })
          const oldest = (Math.floor(now_ms / SLOT_MS) - 59) * SLOT_MS
          const within = seen.filter(({ at_ms }) => at_ms >= oldest)
          assert.equal(share.total, within.length)
          assert.equal(share.failed, within.filter((sample) => sample.has_failed).length)
        }
      }),
    )
  })

  it('says when it will have changed, and has then', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 1000, max: 1e8 }),
        (at_ms, window_ms) => {
          const share = new SlidingShare(window_ms)
          assert.equal(share.due_ms, Infinity)
          share.add(at_ms, true)
          let asked = 0
          for (; share.due_ms < Infinity; asked++) {
            const { due_ms } = share
            assert.ok(due_ms > at_ms)
            share.expire(due_ms)
            assert.ok(share.due_ms > due_ms)
          }
          assert.equal(asked, 60)
          assert.equal(share.failed, 0)
        },
      ),
    )
  })
})
