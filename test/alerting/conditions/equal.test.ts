import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene } from './scene'

describe('equal', () => {
  it('compares numbers, true and false, and texts', () => {
    for (const [value, other] of [
      [3, 4],
      [true, false],
      ['eco', 'boost'],
      [0, false],
      ['1', 1],
    ] as const) {
      const scene = new Scene({ kind: 'equal', key: 'mode', value, negate: false })
      assert.equal(scene.sample(1, { mode: value }), 'yes')
      assert.equal(scene.sample(2, { mode: other }), 'no')
    }
  })

  it('negated, holds for every other value, but for none at all', () => {
    const scene = new Scene({ kind: 'equal', key: 'on', value: true, negate: true })
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(1, { power_w: 5 }), 'unknown')
    assert.equal(scene.sample(2, { on: false }), 'yes')
    assert.equal(scene.sample(3, { on: true }), 'no')
    assert.equal(scene.sample(4, { on: null }), 'unknown')
    scene.sample(5, { on: false })
    assert.equal(scene.event(6, 'offline'), 'unknown')
    assert.equal(scene.event(7, 'online'), 'unknown')
    assert.equal(scene.sample(8, { on: false }), 'yes')
  })

  it('believes what is no number in a suspect reading', () => {
    const scene = new Scene({ kind: 'equal', key: 'water_leak', value: true, negate: false })
    assert.equal(scene.sample(1, { water_leak: true, temperature_c: 900, quality: 'suspect' }), 'yes')
    const number = new Scene({ kind: 'equal', key: 'temperature_c', value: 900, negate: false })
    assert.equal(number.sample(1, { temperature_c: 900, quality: 'suspect' }), 'unknown')
  })

  it('tells what it has found', () => {
    const scene = new Scene({ kind: 'equal', key: 'overheated', value: true, negate: false })
    scene.sample(1, { overheated: true })
    assert.deepEqual(scene.evidence, { key: 'overheated', value: true, threshold: true })
  })
})
