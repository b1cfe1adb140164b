import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { AlertAnswer, AlertCommand } from '../../../src/alerting/alert-command'
import { parseRules } from '../../../src/alerting/rules/parse-rules'
import type { AlertStage } from '../../support/alert-stage'
import { command, reading, timeline, type Timeline } from '../../support/alert-timeline'

const HIGH = { id: 'high', name: 'High', condition: { kind: 'above', value: 2000 } }
const WATER = {
  id: 'water',
  name: 'Water',
  severity: 'critical',
  labels: { room: 'cellar' },
  condition: { kind: 'equal', key: 'water_leak', value: true },
}
const draws = (alias: string, power_w: number) => reading(alias, { power_w })
const leaks = (water_leak: boolean) => reading('Cellar', { water_leak })

function home(rule: object = {}): Timeline {
  return timeline({ rules: [{ ...HIGH, ...rule }, WATER] })
}

/** What is answered to a command at this moment of the story. */
function asking(asked: AlertCommand, check: (answer: AlertAnswer, stage: AlertStage) => void) {
  return (stage: AlertStage) => check(stage.engine.run(asked), stage)
}

function namesOf({ incidents = [] }: AlertAnswer): string[] {
  return incidents.map(({ rule_name, alias, state }) => `${state} ${rule_name}: ${alias}`)
}

describe('Acknowledging', () => {
  it('stops reminders of those that are meant, and is seen until they are over', () =>
    home({ remind_every_s: 3600 })
      .at('10:00', draws('Heater', 2500), draws('Oven', 2500))
      .at('10:05', (stage) =>
        asking({ command: 'acknowledge', device: 'Hea*', by: 'Ann' }, (answer) => {
          assert.deepEqual(namesOf(answer), ['firing High: Heater'])
          assert.equal(answer.incidents?.[0]?.acknowledged_by, 'Ann')
        })(stage),
      )
      .until('11:30')
      .expect(['10:00 raised High: Heater', '10:00 raised High: Oven', '10:05 acknowledged High: Heater'])
      .expectNotified(['10:00 raised High: Heater', '10:00 raised High: Oven', '11:00 reminder High: Oven'])
      .restart({ away: '1 min' })
      .doing(
        asking({ command: 'list', device: 'Heater' }, ({ incidents }) => {
          assert.equal(incidents?.[0]?.acknowledged_by, 'Ann')
        }),
      )
      .at('11:40', draws('Heater', 5))
      .expectNotified(['11:40 resolved High: Heater']))

  it('can be taken back, after which reminders go on', () =>
    home({ remind_every_s: 3600 })
      .at('10:00', draws('Heater', 2500))
      .at('10:05', command({ command: 'acknowledge' }))
      .at('12:00', command({ command: 'unacknowledge', rule_id: 'high' }))
      .until('13:30')
      .expectNotified(['10:00 raised High: Heater', '13:00 reminder High: Heater'])
      .expect(['10:00 raised High: Heater', '10:05 acknowledged High: Heater', '12:00 unacknowledged High: Heater']))

  it('does not reach the incident that comes after', () =>
    home()
      .at('10:00', draws('Heater', 2500))
      .at('10:05', command({ command: 'acknowledge' }))
      .at('10:10', draws('Heater', 5))
      .at('10:20', draws('Heater', 2500))
      .expectNotified(['10:00 raised High: Heater', '10:10 resolved High: Heater', '10:20 raised High: Heater']))
})

describe('A silence', () => {
  it('holds back what is meant for its time, and what is still so then is told', () =>
    home()
      .at('10:00', command({ command: 'silence', device: 'Heater', for_s: 1800 }))
      .at('10:05', draws('Heater', 2500), draws('Oven', 2500))
      .until('10:29')
      .expect(['10:05 raised High: Heater', '10:05 raised High: Oven'])
      .expectNotified(['10:05 raised High: Oven'])
      .until('10:40')
      .expectNotified(['10:30 raised High: Heater']))

  it('makes nothing known later of what came and went', () =>
    home()
      .at('10:00', command({ command: 'silence', for_s: 1800 }))
      .at('10:05', draws('Heater', 2500))
      .at('10:10', draws('Heater', 5))
      .until('11:00')
      .expectNotified([]))

  it('lets pass what is critical, unless it says so', () =>
    home()
      .at('10:00', command({ command: 'silence' }))
      .at('10:01', leaks(true))
      .at('10:02', leaks(false))
      .expectNotified(['10:01 raised Water: Cellar', '10:02 resolved Water: Cellar'])
      .at('10:03', command({ command: 'silence', labels: { room: 'cellar' }, critical: true }))
      .at('10:04', leaks(true))
      .at('10:05', leaks(false))
      .expectNotified([]))

  it('lasts for an hour where nothing is said, over a restart', () =>
    home()
      .at('10:00', command({ command: 'silence', comment: 'painting' }))
      .at('10:05', draws('Heater', 2500))
      .restart({ away: '20 min' })
      .doing(
        asking({ command: 'list' }, ({ silences = [] }) => {
          assert.deepEqual(
            silences.map(({ comment, until }) => [comment, new Date(until).toISOString().slice(11, 16)]),
            [['painting', '11:00']],
          )
        }),
      )
      .until('10:59')
      .expectNotified([])
      .until('11:30')
      .expectNotified(['11:00 raised High: Heater']))

  it('may end at a moment, and before it', () =>
    home()
      .at('10:00', command({ command: 'silence', until: Date.UTC(2026, 2, 2, 18) }))
      .at('10:05', draws('Heater', 2500))
      .at('12:00', command({ command: 'unsilence' }))
      .expectNotified(['12:00 raised High: Heater'])
      .doing(asking({ command: 'list' }, ({ silences }) => assert.deepEqual(silences, [])))
      .at('12:10', draws('Heater', 5))
      .expectNotified(['12:10 resolved High: Heater']))

  it('may be one of several that is ended', () => {
    let silence_id = ''
    return home()
      .at('10:00')
      .doing(
        asking({ command: 'silence', rule_id: 'high', for_s: 7200 }, ({ silences = [] }) => {
          silence_id = silences[0]?.id ?? ''
        }),
      )
      .doing(asking({ command: 'silence', device: 'Oven', for_s: 7200 }, () => undefined))
      .at('10:05', draws('Heater', 2500), draws('Oven', 2500))
      .at('10:10', ({ engine }) => void engine.run({ command: 'unsilence', silence_id }))
      .until('11:00')
      .expectNotified(['10:10 raised High: Heater'])
  })
})

describe('Switching a rule', () => {
  it('off ends what is open by it without a word, also over a restart; on lets it begin anew', () =>
    home()
      .at('10:00', draws('Heater', 2500))
      .at('10:05', command({ command: 'disable', rule_id: 'high' }))
      .at('10:06', draws('Heater', 2600))
      .restart({ away: '1 min' })
      .at('10:08', draws('Heater', 2600))
      .expect(['10:00 raised High: Heater', '10:05 resolved High: Heater (rule_disabled)'])
      .expectNotified(['10:00 raised High: Heater'])
      .doing(
        asking({ command: 'list' }, ({ rules = [] }) => {
          assert.deepEqual(
            rules.map(({ rule_id, enabled }) => [rule_id, enabled]),
            [
              ['high', false],
              ['water', true],
            ],
          )
        }),
      )
      .at('10:10', command({ command: 'enable', rule_id: 'high' }))
      .at('10:11', draws('Heater', 2600))
      .restart({ away: '1 min' })
      .at('10:13', draws('Heater', 5))
      .doing(({ notifications }) => {
        assert.deepEqual(
          notifications.splice(0).map((line) => line.replace(/^\S+ /, '')),
          ['raised High: Heater', 'resolved High: Heater'],
        )
      }))

  it('that does not exist is refused, with its name', () =>
    home()
      .at('10:00')
      .doing(({ engine }) => {
        assert.throws(() => engine.run({ command: 'enable', rule_id: 'hihg' }), {
          code: 'INPUT_INVALID',
          message: /rule_id.*hihg/,
        })
      }))
})

describe('A test', () => {
  it('is a notification that says so, of a rule or of none, whatever is quiet', () =>
    timeline({
      rules: [HIGH, WATER],
      options: { quiet_hours: { from: '00:00', to: '00:00', days: [] }, maximum_per_hour: 1, group_wait_s: 60 },
    })
      .at('10:00', command({ command: 'silence', critical: true }))
      .at('10:01', command({ command: 'test' }))
      .at('10:02', command({ command: 'test', rule_id: 'high' }))
      .expectNotified(['10:01 test Test', '10:02 test High: Device'])
      .expectWords([
        'Test | Alerts reach you. Nothing is wrong: this is a test.',
        'Test: Device: High | This is a test, nothing is wrong: Device: power is over 2,000 W since 10:02.',
      ])
      .expect([]))
})

describe('What is asked for', () => {
  it('is what is open, by rule, device, severity and labels', () =>
    home()
      .at('10:00', draws('Heater', 2500), draws('Oven', 2500), leaks(true))
      .doing(
        asking({ command: 'list' }, (answer) => {
          assert.deepEqual(namesOf(answer), ['firing High: Heater', 'firing High: Oven', 'firing Water: Cellar'])
          assert.deepEqual(answer.rules?.[0], {
            rule_id: 'high',
            name: 'High',
            enabled: true,
            watched: 3,
            pending: 0,
            firing: 2,
          })
        }),
      )
      .doing(
        asking({ command: 'list', device: 'oven' }, (answer) =>
          assert.deepEqual(namesOf(answer), ['firing High: Oven']),
        ),
      )
      .doing(
        asking({ command: 'list', severity: 'critical' }, (answer) => {
          assert.deepEqual(namesOf(answer), ['firing Water: Cellar'])
        }),
      )
      .doing(asking({ command: 'list', labels: { room: 'attic' } }, (answer) => assert.deepEqual(namesOf(answer), [])))
      .doing(({ engine }) => {
        const { firing, severity, watched } = engine.status()
        assert.deepEqual({ firing, severity, watched }, { firing: 3, severity: 'critical', watched: 3 })
      }))

  it('is what has been, newest first, over a restart', () =>
    home()
      .at('10:00', draws('Heater', 2500))
      .at('10:10', draws('Heater', 5))
      .at('10:20', draws('Oven', 2500))
      .at('10:30', draws('Oven', 5))
      .restart({ away: '1 h' })
      .doing(
        asking({ command: 'history' }, (answer) => {
          assert.deepEqual(namesOf(answer), ['resolved High: Oven', 'resolved High: Heater'])
          assert.equal(answer.incidents?.[0]?.duration_s, 600)
          assert.equal(answer.incidents?.[0]?.highest, 2500)
        }),
      )
      .doing(
        asking({ command: 'history', limit: 1, device: 'Heater' }, (answer) => {
          assert.deepEqual(namesOf(answer), ['resolved High: Heater'])
        }),
      ))
})

describe('Rules that are sent', () => {
  const sent = (...rules: object[]): AlertCommand => ({ command: 'set_rules', rules: parseRules(rules) })
  const COLD = { id: 'cold', name: 'Cold', condition: { kind: 'below', key: 'temperature_c', value: 5 } }
  const room = (temperature_c: number) => reading('Room', { temperature_c })

  it('are in force beside those of the dialog, also after a restart, until others are sent', () =>
    home()
      .at('10:00', command(sent(COLD)))
      .at('10:01', room(3), draws('Heater', 2500))
      .restart({ away: '1 min' })
      .at('10:03', room(3))
      .expect(['10:01 raised Cold: Room', '10:01 raised High: Heater'])
      .at('10:04', command(sent({ ...COLD, id: 'colder', name: 'Colder', condition: { ...COLD.condition, value: 0 } })))
      .at('10:05', room(-1))
      .expect(['10:04 resolved Cold: Room (rule_removed)', '10:05 raised Colder: Room'])
      .at('10:06', command(sent()))
      .restart({ away: '1 min' })
      .at('10:08', room(-1), draws('Heater', 2500))
      .expect(['10:06 resolved Colder: Room (rule_removed)']))

  it('leave what is open where they are the same, or mean the same', () =>
    home()
      .at('10:00', command(sent(COLD)))
      .at('10:01', room(3))
      .at('10:02', command(sent({ ...COLD, name: 'Too cold', severity: 'critical' })))
      .at('10:03', room(3))
      .expect(['10:01 raised Cold: Room'])
      .at('10:04', room(8))
      .expect(['10:04 resolved Too cold: Room']))

  it('are refused where the dialog has one of that name, and then nothing changes', () =>
    home()
      .at('10:00', command(sent(COLD)))
      .doing(({ engine }) => {
        assert.throws(() => engine.run(sent(HIGH)), { code: 'INPUT_INVALID', message: /rules\[0\]\.id/ })
      })
      .at('10:01', room(3))
      .expect(['10:01 raised Cold: Room']))
})
