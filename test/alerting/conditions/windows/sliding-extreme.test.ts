import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { SlidingExtreme } from '../../../../src/alerting/conditions/windows/sliding-extreme'

describe('lowest and highest of a window', () => {
  it('are those of all samples of the window, where these come no faster than 512 in it', () => {
    const step = fc.record({ gap_ms: fc.integer({ min: 2, max: 500 }), value: fc.integer({ min: -50, max: 50 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const lowest = new SlidingExtreme('lowest', 1000)
        const highest = new SlidingExtreme('highest', 1000)
        const seen: { at_ms: number; value: number }[] = []
        let now_ms = -5000
        for (const { gap_ms, value } of steps) {
          now_ms += gap_ms
          lowest.expire(now_ms)
          highest.expire(now_ms)
          const before = seen.filter(({ at_ms }) => at_ms + 1000 > now_ms).map((sample) => sample.value)
          assert.equal(lowest.value, before.length ? Math.min(...before) : NaN)
          assert.equal(highest.value, before.length ? Math.max(...before) : NaN)
          lowest.add(now_ms, value)
          highest.add(now_ms, value)
          seen.push({ at_ms: now_ms, value })
          assert.equal(lowest.value, Math.min(value, ...before))
          assert.equal(highest.value, Math.max(value, ...before))
        }
      }),
    )
  })

  it('keep no more than some hundreds of a flood, and are late by no more than 1/512 of the window', () => {
    const lowest = new SlidingExtreme('lowest', 1000)
    for (let at_ms = 0; at_ms < 3000; at_ms += 0.01) {
      lowest.expire(at_ms)
      // Rising: each is the lowest of those that come after it.
      lowest.add(at_ms, at_ms)
      assert.ok(lowest.value >= at_ms - 1000 && lowest.value <= Math.max(0, at_ms - 1000 + 2), `${lowest.value}`)
    }
    let kept = 0
    for (; lowest.due_ms < Infinity; kept++) lowest.expire(lowest.due_ms)
    assert.ok(kept > 400 && kept <= 513, `${kept}`)
  })

  it('are forgotten when they are cleared', () => {
    const lowest = new SlidingExtreme('lowest', 1000)
    lowest.add(0, 5)
    lowest.clear()
    assert.equal(lowest.value, NaN)
    assert.equal(lowest.due_ms, Infinity)
  })
})
