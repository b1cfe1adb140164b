import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const errorRate = { kind: 'error_rate', key: 'ok', above_pct: 10, window_s: 60, minimum_samples: 10 } as const

describe('error rate', () => {
  it('cannot be told of too few samples', () => {
    const scene = new Scene(errorRate)
    for (let at_s = 0; at_s < 9; at_s++) assert.equal(scene.sample(at_s, { ok: false }), 'unknown')
    assert.equal(scene.sample(9, { ok: false }), 'yes')
  })

  it('holds when more of the samples have failed than may', () => {
    const scene = new Scene(errorRate)
    for (let at_s = 0; at_s < 18; at_s++) scene.sample(at_s, { ok: true })
    scene.sample(18, { ok: false })
    assert.equal(scene.sample(19, { ok: false }), 'no')
    assert.equal(scene.sample(20, { ok: false }), 'yes')
    const { value, ...evidence } = scene.evidence
    assert.deepEqual(evidence, { key: 'ok', unit: '%', threshold: 10, facts: { samples: 21, failures: 3 } })
    assert.ok(Math.abs((value as number) - 14.29) < 0.01)
  })

  it('takes a reading for a success, and the device that goes offline for a failure', () => {
    const scene = new Scene(errorRate)
    for (let at_s = 0; at_s < 9; at_s++) scene.sample(at_s, { device_id: 'heater', power_w: 5 })
    assert.equal(scene.event(9, 'offline'), 'no')
    assert.equal(scene.event(10, 'online'), 'no')
    assert.equal(scene.event(11, 'offline'), 'yes')
    assert.deepEqual(scene.evidence.facts, { samples: 11, failures: 2 })
  })

  it('does not count what says nothing of failures', () => {
    const scene = new Scene(errorRate)
    for (const ok of [undefined, null, 0, 1, 'false', NaN]) scene.sample(1, { ok })
    assert.deepEqual(scene.evidence, { key: 'ok', unit: '%', threshold: 10, facts: { samples: 0, failures: 0 } })
    assert.equal(scene.due_s, Infinity)
  })

  it('forgets what was, and asks to be asked until it has', () => {
    const scene = new Scene(errorRate)
    for (let at_s = 0; at_s < 20; at_s++) scene.sample(at_s, { ok: false })
    let asked = 0
    for (; scene.due_s < Infinity; asked++) scene.wait(scene.due_s)
    assert.equal(scene.wait(80), 'unknown')
    assert.ok(asked <= 60, `asked ${asked} times`)
  })
})
