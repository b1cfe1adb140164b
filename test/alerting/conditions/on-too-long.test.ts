import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene, START } from './scene'

const iron = { kind: 'on_too_long', after_s: 3600 } as const

describe('on_too_long', () => {
  it('holds once it has been on for long enough, and is over when it is switched off', () => {
    const scene = new Scene(iron)
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(10, { on: false }), 'no')
    assert.equal(scene.sample(20, { on: true }), 'no')
    assert.equal(scene.due_s, 3620)
    assert.equal(scene.sample(3000, { on: true }), 'no')
    assert.equal(scene.due_s, 3620)
    assert.equal(scene.wait(3620), 'yes')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.sample(4000, { on: false }), 'no')
    assert.equal(scene.due_s, Infinity)
  })

  it('counts from the first sample where it is on from the start, and from when that was taken', () => {
    const scene = new Scene(iron)
    scene.sample(100, { on: true }, { age_s: 50 })
    assert.equal(scene.wait(3649), 'no')
    assert.equal(scene.wait(3650), 'yes')
  })

  it('begins anew with each switching, also where only an event tells of it', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    scene.event(1000, 'changed', { on: false })
    scene.event(1100, 'changed', { on: true })
    assert.equal(scene.wait(4699), 'no')
    assert.equal(scene.wait(4700), 'yes')
    // Off and on again between two samples.
    assert.equal(scene.event(5000, 'changed', { on: true }), 'no')
    assert.equal(scene.wait(8600), 'yes')
  })

  it('is not misled by samples and events that do not say whether it is on', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    for (const values of [{}, { on: null }, { on: 'off' }]) scene.sample(10, values)
    scene.event(20, 'changed')
    scene.event(30, 'energy_reset')
    assert.equal(scene.wait(3600), 'yes')
  })

  it('cannot be told while it is offline; back again, it is taken to have been on all the time', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    assert.equal(scene.event(1000, 'offline'), 'unknown')
    assert.equal(scene.wait(3600), 'unknown')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.sample(4000, { on: true }), 'yes')
    scene.event(5000, 'offline')
    assert.equal(scene.sample(6000, { on: false }), 'no')
  })

  it('tells for how long it has been on, and since when', () => {
    const scene = new Scene(iron)
    scene.sample(100, { on: true })
    scene.wait(3700)
    assert.deepEqual(scene.evidence, {
      ...{ key: 'on_s', value: 3600, unit: 's', threshold: 3600 },
      facts: { on_since: START + 100_000 },
    })
    scene.sample(3800, { on: false })
    assert.deepEqual(scene.evidence, { key: 'on_s', unit: 's', threshold: 3600 })
  })

  it('counts on over a restart once it says that it is still on', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    scene.sample(1000, { on: true })
    const next = scene.restarted(600)
    assert.equal(next.wait(1999), 'unknown')
    assert.equal(next.sample(1999, { on: true }), 'no')
    assert.equal(next.due_s, 2000)
    assert.equal(next.wait(2000), 'yes')
  })

  it('begins anew after a restart where it was off meanwhile', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    const next = scene.restarted(3000)
    assert.equal(next.sample(0, { on: false }), 'no')
    next.sample(1000, { on: true })
    assert.equal(next.wait(4599), 'no')
  })

  it('counts only what was seen where the wall clock was set back, also over several restarts', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    scene.sample(1000, { on: true })
    const next = scene.restarted(-86_400).restarted(-86_400)
    assert.equal(next.sample(0, { on: true }), 'no')
    assert.equal(next.due_s, 2600)
  })

  it('counts on over a restart as long as it was on, though the wall clock was set before', () => {
    for (const by_s of [86_400, -86_400]) {
      const scene = new Scene(iron)
      scene.sample(0, { on: true })
      scene.jump(by_s)
      scene.wait(1000)
      const next = scene.restarted(600)
      next.sample(0, { on: true })
      assert.equal(next.due_s, 2000)
    }
  })

  it('does not mind that the wall clock is set while it runs', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: true })
    scene.jump(86_400)
    assert.equal(scene.sample(10, { on: true }), 'no')
    scene.jump(-200_000)
    assert.equal(scene.sample(3599, { on: true }), 'no')
    assert.equal(scene.wait(3600), 'yes')
  })

  it('takes a group for on while any of it is', () => {
    const scene = new Scene(iron)
    scene.sample(0, { on: 2 })
    scene.sample(1000, { on: 1 })
    assert.equal(scene.wait(3600), 'yes')
    assert.equal(scene.sample(3700, { on: 0 }), 'no')
  })

  it('ignores what is no save of its own', () => {
    for (const saved of [null, 1, [], {}, { on_ms: -5 }, { on_ms: '1' }]) {
      const scene = new Scene(iron)
      scene.condition.restore(saved, 0)
      assert.equal(scene.sample(0, { on: true }), 'no')
      assert.equal(scene.due_s, 3600)
    }
  })
})
