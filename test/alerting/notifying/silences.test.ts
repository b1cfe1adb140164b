import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { MonitorError } from '../../../src/domain/errors'
import { MOST_SILENCES, type SilenceTerms } from '../../../src/alerting/notifying/silences'
import { HOUR_MS, Household, MINUTE_MS } from './household'

describe('Silences', () => {
  it('hold back what fits, and nothing else', () => {
    const home = new Household()
    home.notifier.silence({ device: 'lamp' })
    home.raise('lamp')
    home.raise('plug')
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: plug'])
  })

  it('last an hour where nothing else is said; what is still open is told then', () => {
    const home = new Household()
    home.notifier.silence({})
    home.raise('lamp')
    home.resolve(home.raise('plug'))
    home.acknowledge(home.raise('heater'))
    home.clock.advance(2 * HOUR_MS)
    assert.deepEqual(home.lines, ['21:00 raised: lamp'])
    assert.deepEqual(home.notifier.silences(), [])
  })

  it('remind, when they end, of what was told before and is still open', () => {
    const home = new Household()
    home.raise('lamp')
    home.clock.advance(MINUTE_MS)
    home.notifier.silence({}, { for_s: 600 })
    home.clock.advance(2 * HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: lamp', '20:11 reminder: lamp'])
  })

  it('hold back reminders, steps and ends as well', () => {
    const home = new Household()
    home.rule({ id: 'offline', remind_every_s: 600 })
    const [lamp, plug] = [home.raise('lamp'), home.raise('plug')]
    home.clock.advance(MINUTE_MS)
    home.notifier.silence({}, { for_s: 3600 })
    home.escalate(plug, 2)
    home.resolve(lamp)
    home.clock.advance(30 * MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: lamp, plug'])
    home.clock.advance(31 * MINUTE_MS)
    assert.deepEqual(home.lines.slice(1), ['21:01 escalated: plug'])
  })

  it('let what is critical pass, but where they say that they do not', () => {
    const home = new Household()
    home.rule({ id: 'warm', severity: 'critical' })
    home.notifier.silence({}, { for_s: 600 })
    home.raise('freezer', 'warm')
    home.clock.advance(MINUTE_MS)
    home.notifier.silence({}, { for_s: 3600, critical: true })
    home.raise('fridge', 'warm')
    home.clock.advance(2 * HOUR_MS)
    assert.deepEqual(home.lines, ['20:00 raised: freezer', '21:01 summary: freezer, fridge'])
  })

  it('take back what waits already', () => {
    const home = new Household({ group_wait_s: 60 })
    const lamp = home.raise('lamp')
    home.notifier.silence({ incident_id: lamp.id })
    home.clock.advance(2 * MINUTE_MS)
    assert.deepEqual(home.lines, [])
    assert.equal(home.notifier.waiting, 0)
  })

  it('can be ended, one or all', () => {
    const home = new Household({ group_wait_s: 0 })
    const one = home.notifier.silence({ device: 'lamp' }, { for_s: 7200, comment: 'the painters are here' })
    home.notifier.silence({ device: 'plug' })
    home.raise('lamp')
    home.raise('plug')
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.notifier.unsilence(one.id), [one])
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:01 raised: lamp'])
    home.notifier.unsilence()
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines.slice(1), ['20:02 raised: plug'])
    assert.throws(() => home.notifier.unsilence(one.id), { code: 'INPUT_INVALID' })
  })

  it('tell an incident once that two of them held back', () => {
    const home = new Household()
    home.notifier.silence({ device: 'lamp' }, { for_s: 600 })
    home.notifier.silence({ rule_id: 'offline' }, { for_s: 1200 })
    home.raise('lamp')
    home.clock.advance(HOUR_MS)
    assert.deepEqual(home.lines, ['20:20 raised: lamp'])
  })

  it('neither end nor last longer when the clock is set; their times follow it', () => {
    for (const step_ms of [-24 * HOUR_MS, 24 * HOUR_MS]) {
      const home = new Household()
      const { until } = home.notifier.silence({}, { for_s: 3600 })
      home.raise('lamp')
      home.clock.advance(30 * MINUTE_MS)
      home.clock.jump(step_ms)
      assert.equal(home.notifier.silences()[0]?.until, until + step_ms)
      home.restart()
      home.clock.advance(29 * MINUTE_MS)
      assert.equal(home.told.length, 0)
      home.clock.advance(2 * MINUTE_MS)
      assert.equal(home.told.length, 1)
    }
  })

  it('last over a restart; those that have ended meanwhile let it be told then', () => {
    const home = new Household({ group_wait_s: 0 })
    home.notifier.silence({ device: 'lamp' }, { until: home.clock.now() + HOUR_MS })
    home.notifier.silence({ device: 'plug' }, { for_s: 3 * 3600 })
    home.raise('lamp')
    home.raise('plug')
    home.restart(2 * HOUR_MS)
    home.clock.advance(2 * HOUR_MS)
    assert.deepEqual(home.lines, ['22:00 raised: lamp', '23:00 raised: plug'])
  })

  it('are not longer after a restart than they were, whatever the clock says', () => {
    const home = new Household()
    home.notifier.silence({}, { for_s: 3600 })
    home.raise('lamp')
    const saved = home.notifier.save()
    home.clock.jump(-30 * 24 * HOUR_MS)
    home.restart(0, saved)
    home.clock.advance(61 * MINUTE_MS)
    assert.equal(home.told.length, 1)
  })

  it('refuse times that make no sense, and say which', () => {
    const home = new Household()
    const wrong: [SilenceTerms, string][] = [
      [{ for_s: 0 }, 'for_s'],
      [{ for_s: -1 }, 'for_s'],
      [{ for_s: NaN }, 'for_s'],
      [{ for_s: 1e12 }, 'for_s'],
      [{ until: home.clock.now() - 1 }, 'until'],
      [{ until: Infinity }, 'until'],
    ]
    for (const [terms, field] of wrong) {
      assert.throws(
        () => home.notifier.silence({}, terms),
        (error: MonitorError) => error.code === 'INPUT_INVALID' && error.details.field === field,
      )
    }
    assert.deepEqual(home.notifier.silences(), [])
  })

  it('are at most so many', () => {
    const home = new Household()
    for (let index = 0; index < MOST_SILENCES; index++) home.notifier.silence({ device: `plug ${index}` })
    assert.throws(() => home.notifier.silence({}), { code: 'INPUT_INVALID' })
  })
})
