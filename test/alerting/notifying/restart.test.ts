import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MOST_ENDED } from '../../../src/alerting/notifying/ledger'
import { MOST_INCIDENTS } from '../../../src/alerting/notifying/notification'
import { HOUR_MS, Household, MINUTE_MS, NIGHT, stored } from './household'

describe('Notifications and restarts', () => {
  it('does not announce again what was told, and tells its end', () => {
    const home = new Household()
    const lamp = home.raise('lamp')
    home.clock.advance(MINUTE_MS)
    home.restart(HOUR_MS)
    home.clock.advance(HOUR_MS)
    home.resolve(lamp)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: lamp', '22:01 resolved: lamp'])
  })

  it('tells what waited for its group', () => {
    const home = new Household()
    home.raise('lamp')
    home.restart(HOUR_MS)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['21:00 raised: lamp'])
  })

  it('tells in the morning what waited by night, also what is over', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.until('02:00')
    home.raise('heater')
    const router = home.raise('router')
    home.clock.advance(MINUTE_MS)
    home.resolve(router)
    home.restart(HOUR_MS)
    assert.equal(home.notifier.waiting, 2)
    home.restart(HOUR_MS)
    home.until('08:00')
    assert.deepEqual(home.lines, ['07:00 summary: heater, router (over)'])
  })

  it('tells what waited when it was restarted in the morning', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.until('02:00')
    home.raise('heater')
    home.clock.advance(MINUTE_MS)
    home.restart(8 * HOUR_MS)
    home.clock.advance(0)
    assert.deepEqual(home.lines, ['10:01 raised: heater'])
  })

  it('does not tell again a step or a flapping that was told', () => {
    const home = new Household({ group_wait_s: 0 })
    const home_ = home.raise('home', 'budget')
    home.escalate(home_, 2)
    home.flap(home_)
    home.clock.advance(MINUTE_MS)
    home.restart()
    home.flap(home_)
    home.escalate(home_, 2)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: home'])
    home.escalate(home_, 3)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines.slice(1), ['20:02 escalated: home'])
  })

  it('keeps in mind what was acknowledged before anybody was told', () => {
    const home = new Household()
    const lamp = home.acknowledge(home.raise('lamp'))
    home.restart()
    home.clock.advance(MINUTE_MS)
    home.resolve(lamp)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, [])
  })

  it('says what has to be kept whenever that changes', () => {
    const home = new Household()
    const changes = [
      () => home.raise('lamp'),
      () => home.clock.advance(MINUTE_MS),
      () => home.notifier.silence({}),
      () => home.clock.advance(HOUR_MS),
      () => home.clock.advance(MINUTE_MS),
      () => home.notifier.silence({}),
      () => home.notifier.unsilence(),
    ]
    for (const change of changes) {
      const before = home.unsaved
      change()
      assert.ok(home.unsaved > before, String(change))
    }
  })

  it('keeps a bounded number of those that are over, and counts the rest', () => {
    const home = new Household({ quiet_hours: NIGHT, group_wait_s: 0 })
    home.until('23:00')
    for (let index = 0; index < MOST_ENDED + 10; index++) {
      const plug = home.raise(`plug ${index}`)
      home.clock.advance(1)
      home.resolve(plug)
    }
    assert.equal(home.notifier.waiting, MOST_ENDED + 10)
    home.restart()
    assert.equal(home.notifier.waiting, MOST_ENDED + 10)
    home.until('08:00')
    assert.equal(home.told.length, 1)
    assert.equal(home.told[0]?.more, MOST_ENDED + 10 - MOST_INCIDENTS)
    assert.equal(home.notifier.waiting, 0)
    assert.deepEqual(home.notifier.save(), { ...(home.notifier.save() as object), tellings: [], uncounted: 0 })
  })

  it('begins anew with what is damaged or of another version, and tells what is open', () => {
    const home = new Household({ group_wait_s: 0 })
    home.raise('lamp')
    home.clock.advance(MINUTE_MS)
    const saved = stored(home.notifier.save())
    const damaged = [
      null,
      7,
      'text',
      [],
      {},
      { ...saved, version: 2 },
      { ...saved, tellings: 'none' },
      { ...saved, tellings: [null, 7, {}, { id: 'offline/lamp@0', told: true, known_level: -1 }] },
      {
        ...saved,
        tellings: [],
        sent: {},
        silences: [null, { id: 'x', filter: { rule_id: 7 }, created_at: 0, until: 1e15 }],
      },
    ]
    for (const [index, content] of damaged.entries()) {
      home.restart(0, content)
      home.clock.advance(MINUTE_MS)
      assert.equal(home.told.length, index + 2, JSON.stringify(content))
      assert.deepEqual(home.notifier.silences(), [])
    }
    assert.deepEqual(home.errors, [])
  })
})
