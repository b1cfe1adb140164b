import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import {
  cached,
  command,
  event,
  offline,
  online,
  reading,
  removed,
  timeline,
  unreached,
} from '../../support/alert-timeline'

const above = { kind: 'above', key: 'power_w', value: 2000 }
const high = (watts = 2100) => reading('Washer', { power_w: watts })
const low = (watts = 5) => reading('Washer', { power_w: watts })
const highPower = { name: 'High power', condition: above }
const rulesOf = (...rules: readonly object[]) => parseRules(rules)
const send = (...rules: readonly object[]) => command({ command: 'set_rules', rules: rulesOf(...rules) })
const story = (rule: object = {}) => timeline({ rules: [{ ...highPower, ...rule }] })

describe('Over a restart', () => {
  it('what fired is not announced again', () =>
    story()
      .at('10:00', high())
      .expectNotified(['10:00 raised High power: Washer'])
      .restart({ away: '10 min' })
      .at('10:11', high())
      .until('11:00')
      .expectNotified([])
      .at('11:01', low())
      .expectNotified(['11:01 resolved High power: Washer']))

  it('what ended meanwhile is resolved once, by the first reading that says so', () =>
    story()
      .at('10:00', high())
      .restart({ away: '10 min' })
      .until('10:30')
      .expect(['10:00 raised High power: Washer'])
      .at('10:31', low())
      .at('10:32', low())
      .restart()
      .at('10:33', low())
      .expect(['10:31 resolved High power: Washer']))

  it('a reading from before starts no `for`, and raises nothing', () =>
    story({ for_s: 60 })
      .at('10:00', low())
      .restart({ away: '1 min' })
      .at('10:01:10', reading('Washer', { power_w: 2100 }, 45))
      .until('11:00')
      .expectSteps([])
      .at('11:00', high())
      .until('11:05')
      .expect(['11:01 raised High power: Washer']))

  it('a reading from a cache is nothing new, whenever it comes', () =>
    story()
      .at('10:00', low())
      .at('10:05', cached('Washer', { power_w: 2100 }))
      .until('11:00')
      .expect([])
      .restart()
      .at('11:05', cached('Washer', { power_w: 2100 }))
      .until('12:00')
      .expect([]))

  it('what was pending goes on after a short break, where it still holds', () =>
    story({ for_s: 600 })
      .at('10:00', high())
      .until('10:05')
      .restart({ away: '1 min' })
      .at('10:06:30', high())
      .until('11:00')
      .expectSteps([
        '10:00 pending High power: Washer',
        '10:06:30 pending High power: Washer',
        '10:11:30 raised High power: Washer',
      ]))

  it('what was pending begins anew after a longer one', () =>
    story({ for_s: 600 })
      .at('10:00', high())
      .until('10:09')
      .restart({ away: '10 min' })
      .until('11:00')
      .at('11:00', high())
      .until('12:00')
      .expect(['11:10 raised High power: Washer']))

  it('what is recovering goes on to, by the time that has passed', () =>
    story({ keep_firing_s: 600 })
      .at('10:00', high())
      .at('10:01', low())
      .restart({ away: '5 min' })
      .at('10:07', low())
      .until('11:00')
      .expect(['10:00 raised High power: Washer', '10:11 resolved High power: Washer']))

  it('a device that is still offline is not announced again, and one that is back is', () =>
    timeline({ rules: [{ name: 'Offline', condition: { kind: 'offline' } }] })
      .at('10:00', offline('Washer'), offline('Dryer'))
      .restart({ away: '10 min' })
      .at('10:11', offline('Washer'), online('Dryer'))
      .expectNotified(['10:00 raised Offline: Washer', '10:00 raised Offline: Dryer', '10:11 resolved Offline: Dryer']))

  it('a device that does not come again is missed', () =>
    timeline({ rules: [{ name: 'Silent', condition: { kind: 'no_data', after_s: 600 } }] })
      .at('10:00', reading('Freezer', { on: true }))
      .restart({ away: '5 min' })
      .until('11:00')
      .expect(['10:15 raised Silent: Freezer'])
      .restart({ away: '5 min' })
      .until('12:00')
      .expect([])
      .at('12:01', reading('Freezer', { on: true }))
      .expect(['12:01 resolved Silent: Freezer']))

  it('acknowledgements, silences and switched rules stay', () =>
    timeline({ rules: [highPower, { id: 'off', name: 'Off', condition: { kind: 'equal', key: 'on', value: false } }] })
      .at('10:00', high(), command({ command: 'acknowledge', by: 'Ann' }), command({ command: 'silence', for_s: 3600 }))
      .at('10:01', command({ command: 'disable', rule_id: 'off' }))
      .restart({ away: '1 min' })
      .at('10:03', reading('Washer', { on: false, power_w: 2100 }))
      .doing(({ engine }) => {
        const { incidents, silences, rules } = engine.run({ command: 'list' })
        assert.equal(incidents?.[0]?.acknowledged_by, 'Ann')
        assert.equal(silences?.length, 1)
        assert.deepEqual(
          rules?.map(({ enabled }) => enabled),
          [true, false],
        )
      })
      .expect(['10:00 raised High power: Washer', '10:00 acknowledged High power: Washer'])
      .at('10:04', command({ command: 'enable', rule_id: 'off' }))
      .at('10:05', reading('Washer', { on: false, power_w: 2100 }))
      .expect(['10:04 raised Off: Washer']))

  it('rules that were sent stay', () =>
    timeline({ rules: [] })
      .at('10:00')
      .doing(({ engine }) => {
        engine.run({ command: 'set_rules', rules: rulesOf(highPower) })
      })
      .restart()
      .at('10:01', high())
      .expect(['10:01 raised High power: Washer']))

  it('a file that is none of ours is set aside and reported', () =>
    story()
      .at('10:00', high())
      .restart({ meanwhile: ({ file }) => writeFile(file, '{"format":"something else"}') })
      .expectFailures(['DATABASE_INVALID'])
      .doing(async ({ file }) => assert.match(await readFile(`${file}.damaged`, 'utf8'), /something else/))
      .at('10:01', high())
      .expect(['10:00 raised High power: Washer', '10:01 raised High power: Washer']))
})

describe('When the wall clock is set', () => {
  for (const by of ['+1 h', '-1 h', '+400 d', '-2 d']) {
    it(`by ${by}, nothing is raised and nothing ends`, () =>
      timeline({
        rules: [
          {
            name: 'High power',
            for_s: 600,
            keep_firing_s: 600,
            no_data: 'resolve',
            no_data_after_s: 900,
            condition: above,
          },
          { name: 'Silent', condition: { kind: 'no_data', after_s: 900 } },
          { name: 'Stuck', condition: { kind: 'stuck', key: 'on', after_s: 7200 } },
        ],
      })
        .at('10:00')
        .every('1 min', '10:09', high(), reading('Dryer', { power_w: 5, on: true }))
        .clockStep(by)
        .every('1 min', '10:14', high(), reading('Dryer', { power_w: 5, on: true }))
        .expect(['10:10 raised High power: Washer'])
        .at('10:15', low())
        .clockStep(by)
        .every('1 min', '10:29', low(), reading('Dryer', { power_w: 5, on: true }))
        .expect(['10:25 resolved High power: Washer']))
  }
})

describe('A redeploy', () => {
  it('with the same rules changes nothing', () =>
    story()
      .at('10:00', high())
      .restart()
      .restart()
      .at('10:01', high())
      .expectNotified(['10:00 raised High power: Washer']))

  it('without a rule ends its incidents', () =>
    timeline({ rules: [highPower, { name: 'Low power', condition: { kind: 'below', value: 10 } }] })
      .at('10:00', high())
      .restart({ rules: [{ name: 'Low power', condition: { kind: 'below', value: 10 } }] })
      .expect(['10:00 raised High power: Washer', '10:00 resolved High power: Washer (rule_removed)']))

  it('with a rule that is switched off ends its incidents', () =>
    story()
      .at('10:00', high())
      .restart({ rules: [{ ...highPower, enabled: false }] })
      .at('10:01', high())
      .expect(['10:00 raised High power: Washer', '10:00 resolved High power: Washer (rule_disabled)']))

  it('with a rule for other devices ends what is open on those that it no longer means', () =>
    timeline({ rules: [highPower] })
      .at('10:00', high(), reading('Dryer', { power_w: 2100 }))
      .restart({ rules: [{ ...highPower, devices: ['Dryer'] }] })
      .at('10:01', high(), reading('Dryer', { power_w: 2100 }))
      .expect([
        '10:00 raised High power: Washer',
        '10:00 raised High power: Dryer',
        '10:00 resolved High power: Washer (rule_removed)',
      ]))

  it('with another limit keeps the incident open, and judges it anew', () =>
    story()
      .at('10:00', high())
      .restart({ rules: [{ ...highPower, condition: { ...above, value: 3000 } }] })
      .expect(['10:00 raised High power: Washer'])
      .at('10:01', high())
      .expect(['10:01 resolved High power: Washer']))
})

describe('Rules that are sent while it runs', () => {
  it('leave the others as they are, keep what is open where they have changed, and end it where they are gone', () =>
    timeline({ rules: [{ name: 'Warm', for_s: 600, condition: { kind: 'above', value: 100 } }] })
      .at('10:00', send({ id: 'one', name: 'One', condition: above }, { id: 'two', name: 'Two', condition: above }))
      .at('10:01', high())
      .expect(['10:01 raised One: Washer', '10:01 raised Two: Washer'])
      .at('10:02', send({ id: 'one', name: 'One', condition: { ...above, value: 1500 } }))
      .expect(['10:02 resolved Two: Washer (rule_removed)'])
      .at('10:03', high(1700))
      .expect([])
      .at('10:04', send({ id: 'one', name: 'One', condition: { ...above, value: 1800 } }))
      .expect(['10:04 resolved One: Washer'])
      .until('10:12')
      .expect(['10:11 raised Warm: Washer']))

  it('may not take the id of one of the dialog', () =>
    story()
      .at('10:00')
      .doing(({ engine }) => {
        const rules = rulesOf(highPower)
        assert.throws(() => engine.run({ command: 'set_rules', rules }), { code: 'INPUT_INVALID' })
        assert.throws(() => engine.run({ command: 'disable', rule_id: 'nothing' }), { code: 'INPUT_INVALID' })
      }))
})

describe('Whom a rule means', () => {
  const silent = { kind: 'no_data', after_s: 600 }

  it('may be a host that nobody has reached yet, until it says who it is', () =>
    timeline({ rules: [{ name: 'Offline', condition: { kind: 'offline' } }] })
      .at('10:00', unreached('washer.home'))
      .restart({ away: '1 min' })
      .at('10:02', unreached('washer.home'))
      .at('10:03', online('Washer'))
      .at('10:04', offline('Washer'))
      .expect([
        '10:00 raised Offline: washer.home',
        '10:03 resolved Offline: washer.home',
        '10:04 raised Offline: Washer',
      ]))

  it('changes with the name of a device', () =>
    timeline({ rules: [{ ...highPower, devices: ['Washer'] }] })
      .at('10:00', reading('Plug', { device_id: '1', power_w: 2100 }))
      .expect([])
      .at('10:01', reading('Washer', { device_id: '1', power_w: 2100 }))
      .expect(['10:01 raised High power: Washer'])
      .at('10:02', reading('Kettle', { device_id: '1', power_w: 2100 }))
      .expect(['10:02 resolved High power: Kettle (rule_removed)']))

  it('is a device until it is removed', () =>
    timeline({ rules: [{ name: 'Silent', condition: silent }] })
      .at('10:00', reading('Washer'))
      .until('10:20')
      .at('10:21', removed('Washer'))
      .until('12:00')
      .expect(['10:10 raised Silent: Washer', '10:21 resolved Silent: Washer (device_removed)']))

  it('may be several devices that a condition names, whichever comes first', () => {
    const both = {
      kind: 'all',
      conditions: [
        { ...above, device: 'Washer' },
        { ...above, device: 'Dryer' },
      ],
    }
    return timeline({ rules: [{ name: 'Both', devices: ['Washer'], condition: both }] })
      .at('10:00', reading('Dryer', { power_w: 2100 }))
      .at('10:01', high())
      .at('10:02', reading('Dryer', { power_w: 5 }))
      .restart()
      .at('10:03', reading('Dryer', { power_w: 2100 }))
      .at('10:04', high())
      .expect(['10:01 raised Both: Washer', '10:02 resolved Both: Washer', '10:04 raised Both: Washer'])
  })

  it('may be a group as one', () =>
    timeline({
      rules: [
        { id: 'house', name: 'House', together: 'sum', devices: ['@house'], condition: { ...above, value: 3000 } },
      ],
      options: { groups: { house: ['Washer', 'Dryer'] } },
    })
      .at('10:00', high())
      .at('10:01', reading('Dryer', { power_w: 2100 }))
      .at('10:02', offline('Dryer'))
      .expect(['10:01 raised House: House', '10:02 resolved House: House']))

  it('may be a button, of which each press is told', () =>
    timeline({ rules: [{ name: 'Bell', condition: { kind: 'event', event: 'pressed' } }] })
      .at('10:00', event('Button', 'pressed'))
      .at('10:30', event('Button', 'pressed'))
      .expect([
        '10:00 raised Bell: Button',
        '10:00 resolved Bell: Button',
        '10:30 raised Bell: Button',
        '10:30 resolved Bell: Button',
      ])
      .expectNotified(['10:00 raised Bell: Button', '10:30 raised Bell: Button']))
})
