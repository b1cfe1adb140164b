import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene } from './scene'

const backlog = { kind: 'backlog', key: 'pending', above: 1000, growing_s: 300 } as const

describe('backlog', () => {
  it('holds once what waits has been too much for long enough and has not become less', () => {
    const scene = new Scene(backlog)
    assert.equal(scene.wait(0), 'unknown')
    assert.equal(scene.sample(0, { pending: 900 }), 'no')
    assert.equal(scene.sample(100, { pending: 1200 }), 'no')
    assert.equal(scene.sample(300, { pending: 5000 }), 'no')
    assert.equal(scene.due_s, 400)
    assert.equal(scene.wait(400), 'yes')
    assert.deepEqual(scene.evidence, {
      key: 'pending',
      value: 5000,
      threshold: 1000,
      facts: { growing_s: 300, previous: 1200 },
    })
  })

  it('is over when it is less than it was so long ago, or small enough', () => {
    const scene = new Scene(backlog)
    scene.sample(0, { pending: 5000 })
    scene.sample(200, { pending: 6000 })
    assert.equal(scene.sample(300, { pending: 5500 }), 'yes')
    assert.equal(scene.wait(500), 'no')
    scene.sample(500, { pending: 9000 })
    assert.equal(scene.wait(501), 'yes')
    assert.equal(scene.sample(510, { pending: 1000 }), 'no')
    assert.equal(scene.sample(520, { pending: 9000 }), 'no')
    assert.equal(scene.wait(819), 'no')
    assert.equal(scene.wait(820), 'yes')
  })

  it('does not mind a burst that drains', () => {
    const scene = new Scene(backlog)
    for (let at_s = 0; at_s < 600; at_s += 10) assert.equal(scene.sample(at_s, { pending: 9000 - at_s * 10 }), 'no')
  })

  it('holds at once over the limit where it need not grow', () => {
    const scene = new Scene({ ...backlog, growing_s: 0 })
    assert.equal(scene.sample(0, { pending: 1000 }), 'no')
    assert.equal(scene.sample(1, { pending: 1001 }), 'yes')
    assert.equal(scene.sample(2, { pending: 1001 }), 'yes')
    assert.equal(scene.due_s, Infinity)
  })

  it('begins anew where nothing was known meanwhile', () => {
    const scene = new Scene(backlog)
    scene.sample(0, { pending: 5000 })
    assert.equal(scene.sample(100, { pending: null }), 'unknown')
    scene.sample(200, { pending: 5000 })
    assert.equal(scene.wait(300), 'no')
    assert.equal(scene.wait(500), 'yes')
  })

  it('knows what it was so long ago however many samples come', () => {
    const scene = new Scene(backlog)
    for (let at_s = 0; at_s <= 1000; at_s += 0.01) scene.sample(at_s, { pending: 2000 + at_s })
    const previous = scene.evidence.facts?.previous as number
    assert.ok(previous >= 2699 && previous <= 2701, `${previous}`)
  })
})
