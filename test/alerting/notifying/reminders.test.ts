import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { HOUR_MS, Household, MINUTE_MS } from './household'

/** Reminds of everything every hour. */
function homeWithReminders(): Household {
  const home = new Household({ group_wait_s: 0 })
  home.rule({ id: 'offline', remind_every_s: 3600 })
  return home
}

describe('Reminders', () => {
  it('come as long as it lasts, and say how many there were', () => {
    const home = homeWithReminders()
    const router = home.raise('router')
    home.clock.advance(2.5 * HOUR_MS)
    home.resolve(router)
    home.clock.advance(3 * HOUR_MS)
    assert.deepEqual(home.lines, [
      '20:00 raised: router',
      '21:00 reminder: router',
      '22:00 reminder: router',
      '22:30 resolved: router',
    ])
    assert.deepEqual(
      home.told.map(({ incidents }) => incidents[0]?.reminders),
      [0, 1, 2, 2],
    )
  })

  it('do not come of what somebody has acknowledged, until they take that back', () => {
    const home = homeWithReminders()
    const router = home.raise('router')
    home.clock.advance(MINUTE_MS)
    home.acknowledge(router)
    home.clock.advance(5 * HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: router'])
    home.unacknowledge(router)
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines.slice(1), ['02:01 reminder: router'])
  })

  it('come later where something else was told of it meanwhile', () => {
    const home = homeWithReminders()
    const router = home.raise('router')
    home.clock.advance(HOUR_MS / 2)
    home.escalate(router, 2)
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: router', '20:30 escalated: router', '21:30 reminder: router'])
  })

  it('go together', () => {
    const home = homeWithReminders()
    home.raise('router')
    home.raise('lamp')
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: router, lamp', '21:00 reminder: router, lamp'])
  })

  it('go on after a restart as if there had been none', () => {
    const home = homeWithReminders()
    home.raise('router')
    home.clock.advance(1.5 * HOUR_MS)
    home.restart(10 * MINUTE_MS)
    home.clock.advance(0.5 * HOUR_MS)
    home.restart(5 * HOUR_MS)
    home.clock.advance(0)
    assert.deepEqual(home.lines, [
      '20:00 raised: router',
      '21:00 reminder: router',
      '22:00 reminder: router',
      '03:10 reminder: router',
    ])
    assert.equal(home.told.at(-1)?.incidents[0]?.reminders, 3)
  })

  it('are not moved by a clock that is set', () => {
    const home = homeWithReminders()
    home.raise('router')
    home.clock.advance(30 * MINUTE_MS)
    home.clock.jump(12 * HOUR_MS)
    home.clock.advance(29 * MINUTE_MS)
    assert.equal(home.told.length, 1)
    home.clock.advance(MINUTE_MS)
    assert.equal(home.told.length, 2)
  })
})
