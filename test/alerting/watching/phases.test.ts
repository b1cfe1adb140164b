import { describe, it } from 'mocha'
import { measurement, offline, online, reading, timeline } from '../../support/alert-timeline'

const above = { kind: 'above', key: 'power_w', value: 2000 }
const high = (watts = 2100) => reading('Washer', { power_w: watts })
const low = (watts = 5) => reading('Washer', { power_w: watts })
const story = (rule: object = {}) => timeline({ rules: [{ name: 'High power', condition: above, ...rule }] })

describe('An alert', () => {
  it('is raised when its condition holds, and resolved when it is over', () =>
    story()
      .at('10:00', low())
      .at('10:05', high())
      .at('10:06', high(2500))
      .at('10:07', low())
      .expect(['10:05 raised High power: Washer', '10:07 resolved High power: Washer'])
      .expectNotified(['10:05 raised High power: Washer', '10:07 resolved High power: Washer']))

  it('waits for as long as it is told, though no sample comes', () =>
    story({ for_s: 60 })
      .at('10:00', high())
      .until('10:00:59')
      .expectSteps(['10:00 pending High power: Washer'])
      .until('10:05')
      .expectSteps(['10:01 raised High power: Washer']))

  it('is not raised where its condition is over before', () =>
    story({ for_s: 60 })
      .at('10:00', high())
      .at('10:00:30', low())
      .at('10:00:40', high())
      .at('10:01:30', low())
      .expectSteps([
        '10:00 pending High power: Washer',
        '10:00:30 cancelled High power: Washer',
        '10:00:40 pending High power: Washer',
        '10:01:30 cancelled High power: Washer',
      ]))

  it('does not become pending for a device that goes offline, and stays raised on one that does', () =>
    story({ for_s: 60 })
      .at('10:00', high())
      .at('10:00:30', offline('Washer'))
      .until('10:05')
      .expectSteps(['10:00 pending High power: Washer', '10:00:30 cancelled High power: Washer'])
      .at('10:06', online('Washer'), high())
      .at('10:08', offline('Washer'))
      .until('10:30')
      .expect(['10:07 raised High power: Washer'])
      .at('10:31', online('Washer'), low())
      .expect(['10:31 resolved High power: Washer']))

  it('counts the time between the samples of a batch', () =>
    story({ for_s: 60 })
      .at('10:00', low())
      .at('10:05', ...[150, 90, 30].map((ago_s) => reading('Washer', { power_w: 2100 }, ago_s)))
      .expect(['10:05 raised High power: Washer']))
})

describe('At least N of M samples', () => {
  const rule = { at_least: 3, out_of: 5 }

  it('raise an alert, and too few of them end it', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', high())
      .at('10:02', low())
      .at('10:03', low())
      .expect([])
      .at('10:04', high())
      .expect(['10:04 raised High power: Washer'])
      .at('10:05', low())
      .expect(['10:05 resolved High power: Washer']))

  it('are counted of those that tell the value', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', high())
      .at('10:02', reading('Washer', { on: true }))
      .until('11:00')
      .expect([]))

  it('still hold after a restart, until enough samples have said otherwise', () =>
    story(rule)
      .at('10:00', high())
      .after('1 min', high())
      .after('1 min', high())
      .expect(['10:02 raised High power: Washer'])
      .restart({ away: '1 min' })
      .at('10:04', high())
      .after('1 min', low())
      .after('1 min', low())
      .expect([])
      .after('1 min', low())
      .expect(['10:07 resolved High power: Washer']))
})

describe('A separate value to clear', () => {
  it('keeps an alert raised until that is reached', () =>
    story({ condition: { ...above, clear: 1500 } })
      .at('10:00', high())
      .at('10:01', low(1800))
      .at('10:02', low(1400))
      .at('10:03', low(1800))
      .expect(['10:00 raised High power: Washer', '10:02 resolved High power: Washer']))
})

describe('Keep firing for', () => {
  const rule = { keep_firing_s: 120 }

  it('resolves once the condition has been over for that long', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .until('10:05')
      .expectSteps([
        '10:00 raised High power: Washer',
        '10:01 recovering High power: Washer',
        '10:03 resolved High power: Washer',
      ]))

  it('makes a relapse the same incident', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:02', high())
      .at('10:03', low())
      .until('10:10')
      .expectSteps([
        '10:00 raised High power: Washer',
        '10:01 recovering High power: Washer',
        '10:02 relapsed High power: Washer',
        '10:03 recovering High power: Washer',
        '10:05 resolved High power: Washer',
      ])
      .expectNotified(['10:00 raised High power: Washer', '10:05 resolved High power: Washer']))

  it('does not resolve while nobody knows', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:02', offline('Washer'))
      .until('10:30')
      .expect(['10:00 raised High power: Washer'])
      .at('10:31', online('Washer'), low())
      .expect(['10:31 resolved High power: Washer']))
})

describe('Flapping', () => {
  const rule = { flapping_changes: 4, flapping_within_s: 600 }

  it('is one incident from when it is noticed until it has been steady', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:02', high())
      .at('10:03', low())
      .expect([
        '10:00 raised High power: Washer',
        '10:01 resolved High power: Washer',
        '10:02 raised High power: Washer',
        '10:03 flapping High power: Washer',
      ])
      .at('10:04', high())
      .at('10:05', low())
      .until('11:00')
      .expect(['10:15 steady High power: Washer', '10:15 resolved High power: Washer']))

  it('stays raised where that is how it becomes steady', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:02', high())
      .at('10:03', low())
      .at('10:04', high())
      .until('11:00')
      .at('11:01', low())
      .expect([
        '10:00 raised High power: Washer',
        '10:01 resolved High power: Washer',
        '10:02 raised High power: Washer',
        '10:03 flapping High power: Washer',
        '10:14 steady High power: Washer',
        '11:01 resolved High power: Washer',
      ]))

  it('is not what comes and goes slowly', () =>
    story(rule)
      .at('10:00', high())
      .at('10:04', low())
      .at('10:08', high())
      .at('10:12', low())
      .at('10:16', high())
      .at('10:20', low())
      .expect([
        '10:00 raised High power: Washer',
        '10:04 resolved High power: Washer',
        '10:08 raised High power: Washer',
        '10:12 resolved High power: Washer',
        '10:16 raised High power: Washer',
        '10:20 resolved High power: Washer',
      ]))

  it('goes on over a restart, and ends by what has become of it', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:02', high())
      .at('10:03', low())
      .restart({ away: '30 min' })
      .at('10:40', low())
      .expect([
        '10:00 raised High power: Washer',
        '10:01 resolved High power: Washer',
        '10:02 raised High power: Washer',
        '10:03 flapping High power: Washer',
        '10:40 steady High power: Washer',
        '10:40 resolved High power: Washer',
      ]))
})

describe('Cooldown', () => {
  const rule = { cooldown_s: 600 }

  it('raises nothing for as long after an incident', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:05', high())
      .at('10:06', low())
      .until('11:00')
      .at('11:01', high())
      .expect([
        '10:00 raised High power: Washer',
        '10:01 resolved High power: Washer',
        '11:01 raised High power: Washer',
      ]))

  it('raises what is still true when it is over', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .at('10:05', high())
      .until('11:00')
      .expect([
        '10:00 raised High power: Washer',
        '10:01 resolved High power: Washer',
        '10:11 raised High power: Washer',
      ]))

  it('goes on over a restart', () =>
    story(rule)
      .at('10:00', high())
      .at('10:01', low())
      .restart({ away: '3 min' })
      .at('10:05', high())
      .until('11:00')
      .expect([
        '10:00 raised High power: Washer',
        '10:01 resolved High power: Washer',
        '10:11 raised High power: Washer',
      ]))
})

describe('Where a subject says nothing any more', () => {
  const rule = { no_data_after_s: 300 }

  it('an incident stays as it is', () =>
    story(rule).at('10:00', high()).until('12:00').expect(['10:00 raised High power: Washer']))

  it('an incident ends, where that is wanted', () =>
    story({ ...rule, no_data: 'resolve' })
      .at('10:00', high())
      .at('10:04', high())
      .until('12:00')
      .expect(['10:00 raised High power: Washer', '10:09 resolved High power: Washer (no_data)'])
      .at('12:01', high())
      .expect(['12:01 raised High power: Washer']))

  it('an incident is raised, where that is wanted', () =>
    story({ ...rule, no_data: 'raise' })
      .at('10:00', low())
      .at('10:04', low())
      .until('12:00')
      .at('12:01', low())
      .expect(['10:09 raised High power: Washer', '12:01 resolved High power: Washer']))

  it('a device that a rule names is missed, though it never came', () =>
    timeline({ rules: [{ name: 'Silent', devices: ['Freezer'], condition: { kind: 'no_data', after_s: 600 } }] })
      .at('10:00')
      .until('11:00')
      .expect(['10:10 raised Silent: Freezer'])
      .at('11:01', reading('Freezer', { on: true }))
      .until('11:05')
      .expect(['11:01 resolved Silent: Freezer'])
      .until('12:00')
      .expect(['11:11 raised Silent: Freezer']))
})

describe('Several steps', () => {
  const energy = { kind: 'energy', period: 'day', limit_kwh: 2, steps_pct: [50, 100] }
  const used = (kwh: number) => measurement('meter', { energy_kwh: kwh })

  it('are one incident, which is told again when it becomes graver', () =>
    timeline({ rules: [{ name: 'Daily limit', condition: energy }] })
      .at('10:00', used(10))
      .at('11:00', used(10.5))
      .at('12:00', used(11.2))
      .at('13:00', used(11.5))
      .restart({ away: '5 min' })
      .at('14:00', used(11.6))
      .at('15:00', used(12.1))
      .expect(['12:00 raised Daily limit: meter', '15:00 escalated Daily limit: meter'])
      .at('00:00:30', used(12.2))
      .expect(['00:00 resolved Daily limit: meter']))
})
