import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const changed = { kind: 'changed', key: 'on', by: 0, hold_s: 0 } as const

describe('changed', () => {
  it('holds for the moment of another value, and is over when it is asked again at once', () => {
    const scene = new Scene(changed)
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(1, { on: false }), 'no')
    assert.equal(scene.sample(2, { on: true }), 'yes')
    assert.equal(scene.due_s, 2)
    assert.equal(scene.wait(2), 'no')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.sample(3, { on: true }), 'no')
  })

  it('holds for as long as it is told to, from the newest change on', () => {
    const scene = new Scene({ ...changed, hold_s: 60 })
    scene.sample(0, { on: false })
    assert.equal(scene.sample(10, { on: true }), 'yes')
    assert.equal(scene.sample(40, { on: false }), 'yes')
    assert.equal(scene.due_s, 100)
    assert.equal(scene.wait(99.9), 'yes')
    assert.equal(scene.wait(100), 'no')
  })

  it('counts from when the sample was taken', () => {
    const scene = new Scene({ ...changed, hold_s: 60 })
    scene.sample(0, { on: false })
    assert.equal(scene.sample(50, { on: true }, { age_s: 20 }), 'yes')
    assert.equal(scene.due_s, 90)
  })

  it('takes a number for changed once it is far enough from where it was', () => {
    const scene = new Scene({ ...changed, key: 'temperature_c', by: 1 })
    const verdicts = [20, 20.5, 21, 21.1, 20.2, 20].map((temperature_c, at_s) => scene.sample(at_s, { temperature_c }))
    assert.deepEqual(verdicts, ['no', 'no', 'no', 'yes', 'no', 'yes'])
    assert.deepEqual(scene.evidence, { key: 'temperature_c', value: 20, unit: '°C', facts: { previous: 21.1 } })
  })

  it('takes a value of another type for changed', () => {
    const scene = new Scene({ ...changed, key: 'mode', by: 100 })
    scene.sample(0, { mode: 1 })
    assert.equal(scene.sample(1, { mode: '1' }), 'yes')
    assert.equal(scene.sample(2, { mode: 'one' }), 'yes')
  })

  it('begins with no change after a restart, whatever was before', () => {
    const scene = new Scene(changed)
    scene.sample(0, { on: false })
    const next = scene.restarted()
    assert.equal(next.sample(1, { on: true }), 'no')
    assert.equal(next.sample(2, { on: false }), 'yes')
  })

  it('notices what was changed while the device was offline', () => {
    const scene = new Scene(changed)
    scene.sample(0, { on: false })
    assert.equal(scene.event(1, 'offline'), 'no')
    assert.equal(scene.event(2, 'online'), 'no')
    assert.equal(scene.sample(3, { on: true }), 'yes')
  })

  it('is not misled by samples that do not tell the value', () => {
    const scene = new Scene(changed)
    scene.sample(0, { on: false })
    for (const values of [{}, { on: null }, { on: NaN }, { on: [] }]) assert.equal(scene.sample(1, values), 'no')
    assert.equal(scene.sample(2, { on: false }), 'no')
  })
})
