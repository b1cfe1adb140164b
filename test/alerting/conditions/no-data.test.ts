import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene, START } from './scene'

const noData = { kind: 'no_data', after_s: 600 } as const

describe('no_data', () => {
  it('holds once nothing has come for long enough, and is over with the next sample', () => {
    const scene = new Scene(noData)
    assert.equal(scene.sample(100, { power_w: 5 }), 'no')
    assert.equal(scene.due_s, 700)
    assert.equal(scene.wait(699.9), 'no')
    assert.equal(scene.wait(700), 'yes')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.sample(5000, { power_w: 5 }), 'no')
    assert.equal(scene.due_s, 5600)
  })

  it('notices what has never said anything, from the first time that it is asked', () => {
    const scene = new Scene(noData)
    assert.equal(scene.wait(50), 'no')
    assert.equal(scene.due_s, 650)
    assert.equal(scene.wait(650), 'yes')
    assert.deepEqual(scene.evidence, { key: 'silent_s', value: 600, unit: 's', threshold: 600, facts: {} })
  })

  it('minds the one value that is named, whatever else comes', () => {
    const scene = new Scene({ ...noData, key: 'power_w' })
    scene.sample(0, { power_w: 5 })
    for (const values of [{ on: true }, { power_w: null }, {}]) assert.equal(scene.sample(599, values), 'no')
    assert.equal(scene.wait(600), 'yes')
    assert.equal(scene.sample(601, { on: true }), 'yes')
    assert.deepEqual(scene.evidence.facts, { heard_at: START, key: 'power_w' })
    assert.equal(scene.sample(602, { power_w: 0 }), 'no')
  })

  it('counts from when the newest sample was taken', () => {
    const scene = new Scene(noData)
    scene.sample(1000, {}, { age_s: 300 })
    assert.equal(scene.wait(1300), 'yes')
    assert.equal(scene.sample(1400, {}, { age_s: 650 }), 'yes')
    assert.equal(scene.sample(1400, {}, { age_s: 10 }), 'no')
  })

  it('holds for a device that is offline as well: events are no data', () => {
    const scene = new Scene(noData)
    scene.sample(0, {})
    assert.equal(scene.event(10, 'offline'), 'no')
    assert.equal(scene.event(500, 'online'), 'no')
    assert.equal(scene.wait(600), 'yes')
  })

  it('does not mind that the wall clock is set', () => {
    const scene = new Scene(noData)
    scene.sample(0, {})
    scene.jump(86_400)
    assert.equal(scene.wait(1), 'no')
    scene.jump(-2 * 86_400)
    assert.equal(scene.wait(599), 'no')
    assert.equal(scene.wait(600), 'yes')
  })

  it('goes on over a restart until a sample comes, and tells for how long in all', () => {
    const scene = new Scene(noData)
    scene.sample(0, {})
    scene.wait(700)
    const next = scene.restarted(100).restarted(100)
    assert.equal(next.wait(0), 'yes')
    assert.deepEqual(next.evidence, {
      ...{ key: 'silent_s', value: 900, unit: 's', threshold: 600 },
      facts: { heard_at: START },
    })
    assert.equal(next.sample(5, {}), 'no')
  })

  it('tells for how long in all, too, where the wall clock was set before the restart', () => {
    for (const by_s of [86_400, -86_400]) {
      const scene = new Scene(noData)
      scene.sample(0, {})
      scene.jump(by_s)
      scene.wait(700)
      const next = scene.restarted(100)
      assert.equal(next.wait(0), 'yes')
      assert.equal(next.evidence.value, 800)
    }
  })

  it('counts anew after a restart where it did not hold', () => {
    const scene = new Scene(noData)
    scene.sample(0, {})
    scene.wait(500)
    const next = scene.restarted(3600)
    assert.equal(next.wait(1), 'no')
    assert.equal(next.wait(601), 'yes')
  })

  it('ignores what is no save of its own', () => {
    for (const saved of [
      null,
      5,
      'silent',
      [],
      {},
      { silent_ms: 'yes' },
      { silent_ms: -1 },
      { silent_ms: 5, heard_at: 'then' },
    ]) {
      const scene = new Scene(noData)
      scene.condition.restore(saved, 0)
      assert.ok(['no', 'yes'].includes(scene.wait(1) as string))
      assert.equal(scene.sample(2, {}), 'no')
      assert.equal(scene.wait(602), 'yes')
    }
  })
})
