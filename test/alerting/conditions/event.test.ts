import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Scene, START } from './scene'

const pressed = { kind: 'event', event: 'pressed', until: [], hold_s: 0 } as const
const refused = { kind: 'event', event: 'login_refused', until: ['online', 'removed'], hold_s: 0 } as const

describe('event', () => {
  it('holds for the moment, and is over when it is asked again at once', () => {
    const scene = new Scene(pressed)
    assert.equal(scene.wait(0), 'no')
    assert.equal(scene.event(5, 'pressed', { press: 'single' }), 'yes')
    assert.equal(scene.due_s, 5)
    assert.equal(scene.wait(5), 'no')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.event(6, 'pressed', { press: 'double' }), 'yes')
  })

  it('hears no other event, and no sample', () => {
    const scene = new Scene(pressed)
    assert.equal(scene.event(1, 'online'), 'no')
    assert.equal(scene.sample(2, { event: 'pressed' }), 'no')
  })

  it('tells what the event tells', () => {
    const scene = new Scene(pressed)
    scene.event(5, 'pressed', { press: 'rotate', rotation_deg: -30 })
    const facts = { happened_at: START + 5000, press: 'rotate', rotation_deg: -30 }
    assert.deepEqual(scene.evidence, { key: 'event', value: 'pressed', facts })
  })

  it('holds for as long as it is told to, from the newest such event on', () => {
    const scene = new Scene({ ...pressed, hold_s: 60 })
    scene.event(0, 'pressed')
    assert.equal(scene.event(30, 'pressed'), 'yes')
    assert.equal(scene.due_s, 90)
    assert.equal(scene.wait(89.9), 'yes')
    assert.equal(scene.wait(90), 'no')
  })

  it('holds until one of the named events, however long that takes', () => {
    const scene = new Scene(refused)
    assert.equal(scene.event(0, 'login_refused', { code: 'LOGIN_REFUSED' }), 'yes')
    assert.equal(scene.due_s, Infinity)
    assert.equal(scene.event(5e5, 'offline'), 'yes')
    assert.equal(scene.event(6e5, 'online'), 'no')
    assert.equal(scene.event(7e5, 'login_refused'), 'yes')
    assert.equal(scene.event(7e5, 'removed'), 'no')
  })

  it('ends by the event or after the time, whichever comes first', () => {
    const scene = new Scene({ ...refused, hold_s: 100 })
    scene.event(0, 'login_refused')
    assert.equal(scene.event(50, 'online'), 'no')
    scene.event(60, 'login_refused')
    assert.equal(scene.wait(160), 'no')
  })

  it('goes on over a restart: time that is left by the wall clock, events as before', () => {
    const timed = new Scene({ ...pressed, hold_s: 600 })
    timed.event(0, 'pressed', { press: 'single' })
    timed.wait(100)
    const next = timed.restarted(200)
    assert.equal(next.wait(299), 'yes')
    assert.deepEqual(next.evidence.facts, { happened_at: START, press: 'single' })
    assert.equal(next.wait(300), 'no')
    assert.equal(timed.restarted(600).wait(0), 'no')

    const lasting = new Scene(refused)
    lasting.event(0, 'login_refused', { code: 'LOGIN_REFUSED' })
    const later = lasting.restarted(86_400).restarted(86_400)
    assert.equal(later.wait(0), 'yes')
    assert.deepEqual(later.evidence.facts, { happened_at: START, code: 'LOGIN_REFUSED' })
    assert.equal(later.event(1, 'online'), 'no')
  })

  it('holds no longer than it is told to where the wall clock was set back', () => {
    const scene = new Scene({ ...pressed, hold_s: 600 })
    scene.event(0, 'pressed')
    const next = scene.restarted(-86_400)
    assert.equal(next.wait(599), 'yes')
    assert.equal(next.wait(600), 'no')
  })

  it('holds for as long, too, where the wall clock was set before the restart', () => {
    for (const by_s of [86_400, -86_400]) {
      const scene = new Scene({ ...pressed, hold_s: 600 })
      scene.event(0, 'pressed')
      scene.jump(by_s)
      scene.wait(100)
      const next = scene.restarted(200)
      assert.equal(next.wait(299), 'yes')
      assert.equal(next.wait(300), 'no')
    }
  })

  it('is not told twice after a restart where it held for the moment', () => {
    const scene = new Scene(pressed)
    scene.event(0, 'pressed')
    scene.wait(0)
    assert.equal(scene.condition.save(scene.moment()), undefined)
    assert.equal(scene.restarted(0).wait(0), 'no')
  })

  it('ignores what is no save of its own', () => {
    for (const saved of [
      null,
      true,
      [],
      { happened_at: START },
      { age_ms: 'x', happened_at: START },
      { age_ms: 0, happened_at: -1 },
    ]) {
      const scene = new Scene(refused)
      scene.condition.restore(saved, 0)
      assert.equal(scene.wait(0), 'no')
    }
    const scene = new Scene(refused)
    scene.condition.restore({ age_ms: 0, happened_at: START, code: { not: 'a text' }, message: ['no'], foreign: 1 }, 0)
    assert.deepEqual(scene.evidence.facts, { happened_at: START })
  })
})
