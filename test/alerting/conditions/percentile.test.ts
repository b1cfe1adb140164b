import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const percentile = {
  kind: 'percentile',
  key: 'latency_ms',
  percentile: 95,
  above: 200,
  clear: 150,
  window_s: 300,
  minimum_samples: 20,
} as const

/** Samples once a second, up to and without `until_s`. */
function fill(scene: Scene, from_s: number, until_s: number, latency_ms: number): void {
  for (let at_s = from_s; at_s < until_s; at_s++) scene.sample(at_s, { latency_ms })
}

describe('percentile', () => {
  it('cannot be told of too few samples', () => {
    const scene = new Scene(percentile)
    fill(scene, 0, 18, 900)
    assert.equal(scene.sample(18, { latency_ms: 900 }), 'unknown')
    assert.equal(scene.sample(19, { latency_ms: 900 }), 'yes')
    assert.deepEqual(scene.evidence, {
      key: 'latency_ms',
      value: 900,
      unit: 'ms',
      threshold: 200,
      facts: { percentile: 95, samples: 20 },
    })
  })

  it('holds when more than the rest of the samples are over the limit', () => {
    const scene = new Scene(percentile)
    fill(scene, 0, 95, 20)
    fill(scene, 95, 99, 900)
    assert.equal(scene.sample(99, { latency_ms: 900 }), 'no')
    assert.equal(scene.sample(100, { latency_ms: 900 }), 'yes')
  })

  it('once raised, holds until it is no longer over the value to clear', () => {
    const scene = new Scene(percentile)
    fill(scene, 0, 50, 180)
    assert.equal(scene.wait(50), 'no')
    scene.raised = true
    assert.equal(scene.wait(50), 'yes')
    fill(scene, 51, 400, 150)
    assert.equal(scene.wait(400), 'no')
  })

  it('is emptied by time, and asks to be asked meanwhile, but not for every sample', () => {
    const scene = new Scene(percentile)
    fill(scene, 0, 100, 900)
    assert.equal(scene.wait(100), 'yes')
    let asked = 0
    for (; scene.due_s < Infinity; asked++) {
      assert.equal(scene.wait(scene.due_s), scene.due_s > 380 ? 'unknown' : 'yes')
    }
    assert.ok(asked > 10 && asked < 40, `asked ${asked} times`)
    assert.deepEqual(scene.evidence, {
      key: 'latency_ms',
      unit: 'ms',
      threshold: 200,
      facts: { percentile: 95, samples: 0 },
    })
  })

  it('still tells of what was while the device is offline', () => {
    const scene = new Scene(percentile)
    fill(scene, 0, 50, 900)
    assert.equal(scene.event(50, 'offline'), 'yes')
    assert.equal(scene.wait(330), 'unknown')
  })

  it('leaves out what is suspect or no number', () => {
    const scene = new Scene({ ...percentile, minimum_samples: 2 })
    scene.sample(0, { latency_ms: 20 })
    for (const latency_ms of [NaN, '900', null]) scene.sample(1, { latency_ms })
    scene.sample(2, { latency_ms: 900, quality: 'suspect' })
    assert.equal(scene.wait(3), 'unknown')
    assert.equal(scene.sample(4, { latency_ms: 20 }), 'no')
  })
})
