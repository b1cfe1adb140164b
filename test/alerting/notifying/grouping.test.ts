import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { MOST_INCIDENTS } from '../../../src/alerting/notifying/notification'
import { Household, MINUTE_MS } from './household'

describe('Notifications that go together', () => {
  it('waits for others from the first one on, and tells them in one message', () => {
    const home = new Household({ group_wait_s: 60 })
    home.raise('lamp')
    home.clock.advance(59_000)
    home.raise('plug')
    assert.deepEqual(home.lines, [])
    home.clock.advance(1000)
    home.raise('heater')
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:01 raised: lamp, plug', '20:02 raised: heater'])
  })

  it('makes one summary of what is new, worse and over', () => {
    const home = new Household()
    const [lamp, plug] = [home.raise('lamp'), home.raise('plug')]
    home.clock.advance(MINUTE_MS)
    home.raise('heater')
    home.escalate(lamp, 2)
    home.resolve(plug)
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines, ['20:00 raised: lamp, plug', '20:01 summary: lamp, heater, plug (over)'])
  })

  it('names the gravest first, and counts those that are too many to be named', () => {
    const home = new Household()
    home.rule({ id: 'grave', severity: 'critical' })
    home.rule({ id: 'light', severity: 'info' })
    for (let index = 0; index < 15; index++) home.raise(`light ${index}`, 'light')
    for (let index = 0; index < 15; index++) home.raise(`medium ${index}`)
    home.raise('grave', 'grave')
    home.clock.advance(MINUTE_MS)
    const [notification] = home.told
    assert.equal(home.told.length, 1)
    assert.equal(notification?.severity, 'critical')
    assert.equal(notification?.incidents.length, MOST_INCIDENTS)
    assert.equal(notification?.more, 31 - MOST_INCIDENTS)
    const severities = notification?.incidents.map(({ severity }) => severity)
    assert.deepEqual(severities, ['critical', ...Array<string>(15).fill('warning'), ...Array<string>(4).fill('info')])
  })

  it('lets what is critical go at once, together with what waits in its group', () => {
    const home = new Household({ group_by: 'device' })
    home.rule({ id: 'warm', severity: 'critical' })
    home.raise('freezer')
    home.raise('lamp')
    home.clock.advance(10_000)
    home.raise('freezer', 'warm')
    home.clock.advance(0)
    assert.deepEqual(home.lines, ['20:00 raised: freezer, freezer'])
    home.clock.advance(MINUTE_MS)
    assert.deepEqual(home.lines.slice(1), ['20:00 raised: lamp'])
  })

  it('tells critical ones that come at the same moment in one message', () => {
    const home = new Household({ group_wait_s: 0 })
    home.rule({ id: 'warm', severity: 'critical' })
    home.raise('freezer', 'warm')
    home.raise('fridge', 'warm')
    home.clock.advance(0)
    assert.deepEqual(home.lines, ['20:00 raised: freezer, fridge'])
  })

  it('groups by rule, by device, or not at all', () => {
    const expected = {
      all: ['raised: lamp, plug, lamp'],
      rule: ['raised: lamp, plug', 'raised: lamp'],
      device: ['raised: lamp, lamp', 'raised: plug'],
      nothing: ['raised: lamp', 'raised: plug', 'raised: lamp'],
    } as const
    for (const group_by of ['all', 'rule', 'device', 'nothing'] as const) {
      const home = new Household({ group_by })
      home.raise('lamp')
      home.raise('plug')
      home.raise('lamp', 'hot')
      home.clock.advance(MINUTE_MS)
      assert.deepEqual(
        home.lines.map((line) => line.slice('20:00 '.length)),
        expected[group_by],
      )
    }
  })

  it('waits for nobody where nothing is grouped', () => {
    const home = new Household({ group_by: 'nothing', group_wait_s: 600 })
    home.raise('lamp')
    home.clock.advance(0)
    assert.deepEqual(home.lines, ['20:00 raised: lamp'])
  })
})
