import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { HOUR_MS, Household, MINUTE_MS, NIGHT } from './household'

describe('Quiet hours', () => {
  it('tells in the morning what is still open, and what came and went', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.until('02:00')
    home.raise('heater')
    const router = home.raise('router')
    home.clock.advance(3 * MINUTE_MS)
    home.resolve(router)
    home.until('08:00')
    assert.deepEqual(home.lines, ['07:00 summary: heater, router (over)'])
  })

  it('tells in the morning of what was told before and ended by night', () => {
    const home = new Household({ quiet_hours: NIGHT })
    const router = home.raise('router')
    home.until('02:00')
    home.resolve(router)
    home.until('08:00')
    assert.deepEqual(home.lines, ['20:00 raised: router', '07:00 resolved: router'])
  })

  it('drops by night what would have been dropped by day', () => {
    const home = new Household({ quiet_hours: NIGHT, group_wait_s: 60 })
    home.until('02:00')
    const router = home.raise('router')
    home.clock.advance(59_000)
    home.resolve(router)
    home.until('08:00')
    assert.deepEqual(home.lines, [])
  })

  it('holds back what came before they began and would be told after', () => {
    const home = new Household({ quiet_hours: NIGHT, group_wait_s: 120 })
    home.until('22:29')
    home.raise('router')
    home.until('08:00')
    assert.deepEqual(home.lines, ['07:00 raised: router'])
  })

  it('does not tell in the morning what was acknowledged or silenced by night', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.until('02:00')
    const heater = home.raise('heater')
    home.raise('router')
    home.clock.advance(HOUR_MS)
    home.acknowledge(heater)
    home.notifier.silence({ device: 'router' }, { for_s: 12 * 3600 })
    home.until('08:00')
    assert.deepEqual(home.lines, [])
  })

  it('reminds nobody by night, but of what is critical', () => {
    const home = new Household({ quiet_hours: NIGHT, group_by: 'rule' })
    home.rule({ id: 'offline', remind_every_s: 4 * 3600 })
    home.rule({ id: 'warm', remind_every_s: 4 * 3600, severity: 'critical' })
    home.raise('router')
    home.clock.advance(MINUTE_MS)
    home.raise('freezer', 'warm')
    home.until('08:00')
    assert.deepEqual(home.lines, [
      '20:00 raised: router',
      '20:01 raised: freezer',
      '00:01 reminder: freezer',
      '04:01 reminder: freezer',
      '07:00 reminder: router',
    ])
  })

  it('follows a clock that is set within a minute, and is not disturbed by one that is set twice', () => {
    const home = new Household({ quiet_hours: NIGHT })
    home.until('23:00')
    home.raise('router')
    home.clock.advance(MINUTE_MS)
    home.clock.jump(9 * HOUR_MS)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['08:01 raised: router'])
    home.clock.jump(-9 * HOUR_MS)
    home.until('08:00')
    assert.equal(home.told.length, 1)
  })

  it('lasts an hour longer by the clock of the wall when summer time ends', () => {
    const home = new Household({ quiet_hours: { from: '01:00', to: '04:00', days: [] } })
    // Before 2026-10-25, when 03:00 was 02:00 again.
    home.clock.jump(Date.UTC(2026, 9, 24, 23, 30) - home.clock.now())
    home.raise('router')
    home.clock.advance(3.4 * HOUR_MS)
    assert.deepEqual(home.lines, [])
    home.clock.advance(0.2 * HOUR_MS)
    assert.deepEqual(home.lines, ['04:00 raised: router'])
  })
})
