import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const rate = { kind: 'rate', key: 'power_w', by: 500, within_s: 60, direction: 'either' } as const

describe('rate of change', () => {
  it('holds while the value lies further from the lowest or highest of the window than it may', () => {
    const scene = new Scene(rate)
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(0, { power_w: 100 }), 'no')
    assert.equal(scene.sample(30, { power_w: 600 }), 'no')
    assert.equal(scene.sample(40, { power_w: 601 }), 'yes')
    assert.deepEqual(scene.evidence, {
      key: 'power_w',
      value: 601,
      unit: 'W',
      threshold: 500,
      facts: { change: 501, within_s: 60 },
    })
    assert.equal(scene.due_s, 60)
    assert.equal(scene.wait(60), 'no')
    assert.equal(scene.due_s, Infinity)
  })

  it('looks at rises or falls alone where it is told so', () => {
    for (const [direction, verdicts] of [
      ['rise', ['no', 'yes', 'no']],
      ['fall', ['no', 'no', 'yes']],
      ['either', ['no', 'yes', 'yes']],
    ] as const) {
      const scene = new Scene({ ...rate, direction })
      assert.deepEqual([scene.sample(0, { power_w: 100 }), scene.sample(10, { power_w: 900 })], verdicts.slice(0, 2))
      scene.wait(80)
      scene.sample(81, { power_w: 900 })
      assert.equal(scene.sample(90, { power_w: 100 }), verdicts[2])
    }
  })

  it('tells a fall as a change under 0', () => {
    const scene = new Scene(rate)
    scene.sample(0, { power_w: 2000 })
    scene.sample(10, { power_w: 20 })
    assert.deepEqual(scene.evidence.facts, { change: -1980, within_s: 60 })
  })

  it('counts of two samples that lie further apart than the window the part that falls into it', () => {
    const slow = new Scene(rate)
    slow.sample(0, { power_w: 0 })
    assert.equal(slow.sample(120, { power_w: 1000 }), 'no')
    const fast = new Scene(rate)
    fast.sample(0, { power_w: 0 })
    assert.equal(fast.sample(120, { power_w: 1002 }), 'yes')
    assert.equal(fast.wait(179), 'yes')
    assert.equal(fast.wait(180), 'no')
  })

  it('begins anew with a device that was offline', () => {
    const scene = new Scene(rate)
    scene.sample(0, { power_w: 0 })
    assert.equal(scene.event(1, 'offline'), 'unknown')
    assert.equal(scene.sample(2, { power_w: 2000 }), 'no')
  })

  it('finds what one finds that looks at every sample of the window', () => {
    const step = fc.record({ gap_s: fc.integer({ min: 1, max: 20 }), power_w: fc.integer({ min: 0, max: 1000 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const scene = new Scene({ ...rate, by: 300 })
        const seen: { at_s: number; power_w: number }[] = []
        let now_s = 0
        for (const { gap_s, power_w } of steps) {
          now_s += gap_s
          seen.push({ at_s: now_s, power_w })
          const window = seen.filter(({ at_s }) => at_s + 60 > now_s).map((sample) => sample.power_w)
          const change = Math.max(power_w - Math.min(...window), Math.max(...window) - power_w)
          assert.equal(scene.sample(now_s, { power_w }), change > 300 ? 'yes' : 'no')
        }
      }),
    )
  })
})
