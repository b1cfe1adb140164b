import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene, START } from './scene'

describe('offline', () => {
  it('cannot be told before anything has come', () => {
    const scene = new Scene({ kind: 'offline' })
    assert.equal(scene.wait(1000), 'unknown')
    assert.deepEqual(scene.evidence, { key: 'online', facts: {} })
  })

  it('holds from the event until the device is read, or said to be online', () => {
    const scene = new Scene({ kind: 'offline' })
    assert.equal(scene.sample(0, { on: true }), 'no')
    assert.equal(scene.event(10, 'offline'), 'yes')
    assert.equal(scene.wait(99), 'yes')
    assert.equal(scene.event(100, 'online'), 'no')
    assert.equal(scene.event(110, 'offline'), 'yes')
    assert.equal(scene.sample(120, { on: true }), 'no')
  })

  it('holds for a device that has been dead from the start', () => {
    assert.equal(new Scene({ kind: 'offline' }).event(5, 'offline'), 'yes')
  })

  it('tells why, and when it was heard last', () => {
    const scene = new Scene({ kind: 'offline' })
    scene.sample(60, { on: true })
    const cause = { code: 'REPLY_TIMEOUT', message: 'no reply within 5 s' } as const
    scene.event(70, 'offline', cause)
    scene.event(71, 'login_refused', { code: 'LOGIN_REFUSED' })
    const facts = { heard_at: START + 60_000, ...cause }
    assert.deepEqual(scene.evidence, { key: 'online', value: false, facts })
    scene.event(80, 'online')
    assert.deepEqual(scene.evidence, { key: 'online', value: true, facts: { heard_at: START + 60_000 } })
  })

  it('cannot be told after a restart until something comes', () => {
    const scene = new Scene({ kind: 'offline' })
    scene.event(1, 'offline')
    const next = scene.restarted(60)
    assert.equal(next.wait(0), 'unknown')
    assert.equal(next.event(1, 'offline'), 'yes')
    assert.equal(next.restarted(60).sample(1, {}), 'no')
  })

  it('hears of a group that its last member is gone', () => {
    const scene = new Scene({ kind: 'offline' })
    scene.sample(0, { power_w: 5 })
    assert.equal(scene.fallSilent(10), 'yes')
  })
})
