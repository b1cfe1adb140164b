import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Setting } from '../../support/alert-stage'
import { command, measurement, offline, reading, timeline, type Timeline } from '../../support/alert-timeline'

const high = { kind: 'above', value: 2000 }
const draws = (alias: string, power_w: number) => reading(alias, { power_w })

function told(rule: object = {}, options: Setting['options'] = {}): Timeline {
  return timeline({ rules: [{ id: 'high', name: 'High', condition: high, ...rule }], options })
}

describe('What is wrong for long', () => {
  const reminded = () => told({ remind_every_s: 3600 })

  it('is told again and again, until somebody acknowledges it, and its end even so', () =>
    reminded()
      .at('10:00', draws('Heater', 2500))
      .until('12:30')
      .expectNotified(['10:00 raised High: Heater', '11:00 reminder High: Heater', '12:00 reminder High: Heater'])
      .expectWords([
        'Heater: High | Heater draws 2,500 W, over 2,000 W since 10:00.',
        'Heater: High (for 1 h) | Heater draws 2,500 W, over 2,000 W since 10:00. That is 1 h now.',
        'Heater: High (for 2 h) | Heater draws 2,500 W, over 2,000 W since 10:00. That is 2 h now.',
      ])
      .at('12:31', command({ command: 'acknowledge', rule_id: 'high', by: 'Ann' }))
      .until('18:00')
      .expectNotified([])
      .at('18:01', draws('Heater', 5))
      .expectNotified(['18:01 resolved High: Heater']))

  it('is told again at its time over a restart, and still not where it is acknowledged', () =>
    reminded()
      .at('10:00', draws('Heater', 2500), draws('Oven', 2600))
      .at('10:10', command({ command: 'acknowledge', device: 'Oven' }))
      .expectNotified(['10:00 raised High: Heater', '10:00 raised High: Oven'])
      .restart({ away: '20 min' })
      .until('11:30')
      .expectNotified(['11:00 reminder High: Heater']))
})

describe('The end of an alert', () => {
  it('is told, or not, as the rule has it', () =>
    timeline({
      rules: [
        { name: 'Auto', condition: high },
        { name: 'Never', condition: high, notify_resolved: 'never' },
        { name: 'Always', condition: { kind: 'energy', limit_kwh: 1, steps_pct: [100] }, notify_resolved: 'always' },
      ],
    })
      .at('22:00', reading('Heater', { power_w: 2500, energy_kwh: 10 }))
      .at('23:00', reading('Heater', { power_w: 100, energy_kwh: 12 }))
      .until('00:30')
      .expectNotified([
        '22:00 raised Auto: Heater',
        '22:00 raised Never: Heater',
        '23:00 resolved Auto: Heater',
        '23:00 raised Always: Heater',
        '00:00 resolved Always: Heater',
      ]))
})

describe('Words of the rule', () => {
  it('stand in title and text, with what is known', () =>
    told({
      severity: 'critical',
      labels: { room: 'bath' },
      title: '{{rule}} in the {{labels.room}}',
      text: '{{name}} draws {{value}} {{unit}} (limit {{threshold}}) since {{since}}: {{severity}}',
      resolved_text: '{{name}} had up to {{highest}} {{unit}} for {{duration}}',
    })
      .at('10:00', draws('Heater', 2500.4))
      .at('10:05', draws('Heater', 2600))
      .at('10:10', draws('Heater', 5))
      .expectWords([
        'High in the bath | Heater draws 2,500 W (limit 2,000) since 10:00: critical',
        'High in the bath (resolved) | Heater had up to 2,600 W for 10 min',
      ]))

  it('are in the time of the zone', () =>
    told({ text: 'since {{since}}' }, { time_zone: 'Asia/Kolkata' })
      .at('10:00', draws('Heater', 2500))
      .expectWords(['Heater: High | since 15:30']))

  it('and labels and severity are in the incident as well', () =>
    told({ severity: 'critical', labels: { room: 'bath' } })
      .at('10:00', draws('Heater', 2500))
      .doing(({ engine }) => {
        const [incident] = engine.run({ command: 'list' }).incidents ?? []
        assert.equal(incident?.severity, 'critical')
        assert.deepEqual(incident.labels, { room: 'bath' })
        assert.equal(engine.status().severity, 'critical')
      }))
})

describe('A rule that takes silence for what it watches for', () => {
  const silent = (rule: object = {}) => told({ no_data: 'raise', no_data_after_s: 600, ...rule })

  it('says that nothing is heard, and at its end that something is', () =>
    silent({ remind_every_s: 3600, text: '{{name}} draws {{value}} {{unit}}' })
      .at('10:00', draws('Heater', 5))
      .until('11:30')
      .expectNotified(['10:10 raised High: Heater', '11:10 reminder High: Heater'])
      .at('11:30', draws('Heater', 7))
      .expectWords([
        'Heater: High, no data | Heater has sent nothing since 10:00.',
        'Heater: High, no data (for 1 h 10 min) | Heater has sent nothing since 10:00. That is 1 h 10 min now.',
        'Heater: High, no data (resolved) | Heater sends again after 1 h 30 min.',
      ])
      .doing(({ engine }) => {
        const [incident] = engine.run({ command: 'history' }).incidents ?? []
        assert.deepEqual([incident?.highest, incident?.lowest], [undefined, undefined])
      }))

  it('says it after a restart as well', () =>
    silent()
      .at('10:00', draws('Heater', 5))
      .until('10:20')
      .restart({ away: '5 min' })
      .at('10:40', draws('Heater', 7))
      .expectWords([
        'Heater: High, no data | Heater has sent nothing since 10:00.',
        'Heater: High, no data (resolved) | Heater sends again after 40 min.',
      ]))

  for (const [when, silence] of [
    ['', (story: Timeline) => story],
    [', over a restart too', (story: Timeline) => story.restart({ away: '5 min' })],
  ] as const) {
    it(`tells separately what is wrong once something is heard${when}`, () =>
      silence(silent({ for_s: 60 }).at('10:00', draws('Heater', 5)).until('10:20'))
        .at('10:30', draws('Heater', 2500))
        .at('10:40', draws('Heater', 5))
        .expectWords([
          'Heater: High, no data | Heater has sent nothing since 10:00.',
          'Heater: High, no data (resolved) | Heater sends again after 30 min.',
          'Heater: High | Heater draws 2,500 W, over 2,000 W since 10:30.',
          'Heater: High (resolved) | Heater is back to 5 W after 10 min (highest 2,500 W).',
        ]))
  }

  it('goes on with what was wrong before it fell silent', () =>
    silent()
      .at('10:00', draws('Heater', 2500))
      .at('10:01', offline('Heater'))
      .until('10:30')
      .at('10:31', draws('Heater', 2600))
      .at('10:32', draws('Heater', 5))
      .expectWords([
        'Heater: High | Heater draws 2,500 W, over 2,000 W since 10:00.',
        'Heater: High (resolved) | Heater is back to 5 W after 32 min (highest 2,600 W).',
      ]))
})

describe('What comes and goes', () => {
  const flapping = (rule: object = {}, options: Setting['options'] = {}) =>
    told({ flapping_changes: 4, flapping_within_s: 600, ...rule }, options)
  const swings = (story: Timeline) =>
    story
      .at('22:00', draws('Heater', 2310))
      .at('22:01', draws('Heater', 5))
      .at('22:02', draws('Heater', 2210))
      .at('22:03', draws('Heater', 5))
  const words =
    'Heater: High (comes and goes) | Heater: “High” comes and goes: 4 changes within 10 min (highest 2,210 W, limit 2,000 W). ' +
    'It stays one alert until it has been steady for 10 min.'

  it('is told in words that are true whatever it is just then', () =>
    swings(flapping())
      .until('22:30')
      .doing(({ words }) => void words.splice(0, 3))
      .expectWords([words, 'Heater: High (resolved) | Heater is back to 5 W after 11 min (highest 2,210 W).']))

  it('is told so as well where nobody could be told before', () =>
    swings(flapping({}, { quiet_hours: { from: '21:00', to: '22:05', days: [] } }))
      .until('22:06')
      .doing(({ notified, words: told }) => {
        const place = notified.findIndex(({ incidents }) => incidents.some((incident) => incident.flapping))
        assert.equal(notified.length, 1)
        assert.match(told[place] ?? '', /Heater: High, since 22:02, comes and goes/)
      }))

  it('is told as over for the moment while it is not over for long enough', () =>
    told({ keep_firing_s: 300 }, { group_wait_s: 60, group_by: 'all' })
      .at('10:00', draws('Heater', 2500))
      .at('10:00:30', draws('Heater', 5))
      .until('10:02')
      .expectWords([
        'Heater: High | Heater: “High” began at 10:00, and is over for the moment (highest 2,500 W, limit 2,000 W).',
      ]))
})

describe('Quiet hours', () => {
  const quiet = { quiet_hours: { from: '22:00', to: '07:00', days: [] } }
  const rules = [
    { name: 'High', condition: high },
    { name: 'Water', severity: 'critical', condition: { kind: 'equal', key: 'water_leak', value: true } },
  ]
  const night = (options: Setting['options'] = {}) => timeline({ rules, options: { ...quiet, ...options } })

  it('keep what is not critical until they are over, and tell then what is still so and what has come and gone', () =>
    night()
      .at('21:59', draws('Heater', 2500))
      .expectNotified(['21:59 raised High: Heater'])
      .at('22:30', draws('Oven', 2500))
      .at('23:00', draws('Kettle', 2200))
      .at('23:05', draws('Kettle', 5))
      .at('02:00', reading('Cellar', { water_leak: true }))
      .expectNotified(['02:00 raised Water: Cellar'])
      .at('03:00', draws('Heater', 5))
      .until('08:00')
      .expectNotified(['07:00 summary High: Oven, High: Heater, High: Kettle'])
      .expectWords([
        'Heater: High | Heater draws 2,500 W, over 2,000 W since 21:59.',
        'Cellar: Water | Cellar reports water since 02:00.',
        [
          '3 alerts: Oven: High, Heater: High and 1 more | Oven: High, 2,500 W, since 2026-03-02 22:30',
          'Heater: High, 5 W, over at 03:00',
          'Kettle: High, 5 W, over at 2026-03-02 23:05',
        ].join('\n'),
      ]))

  it('keep it over a restart in the night as well', () =>
    night()
      .at('22:30', draws('Oven', 2500))
      .restart({ away: '10 min' })
      .at('23:30', draws('Oven', 2500))
      .until('07:30')
      .expectNotified(['07:00 raised High: Oven']))

  it('are those of the zone', () =>
    night({ time_zone: 'America/New_York' })
      .at('03:30', draws('Oven', 2500))
      .until('11:59')
      .expectNotified([])
      .until('13:00')
      .expectNotified(['12:00 raised High: Oven']))

  it('end by the clock on the wall in the night in which it is set forward', () =>
    timeline({ rules, options: { ...quiet, time_zone: 'Europe/Berlin' }, day: '2026-03-28' })
      // 22:30, and 7:00 of the summer.
      .at('21:30', draws('Oven', 2500))
      .until('04:59')
      .expectNotified([])
      .until('06:00')
      .expectNotified(['05:00 raised High: Oven']))

  it('may be those of some days alone', () =>
    // It begins on a Monday.
    night({ quiet_hours: { from: '22:00', to: '07:00', days: ['tue'] } })
      .at('23:00', draws('Oven', 2500))
      .expectNotified(['23:00 raised High: Oven'])
      .at('22:30', draws('Oven', 5))
      .until('07:30')
      .expectNotified(['07:00 resolved High: Oven']))
})

describe('What comes at nearly the same time', () => {
  const both = [
    { name: 'High', condition: high },
    { name: 'Hot', condition: { kind: 'above', key: 'temperature_c', value: 50 } },
  ]
  const gathered = (group_by: 'all' | 'rule' | 'device' | 'nothing') =>
    timeline({ rules: both, options: { group_wait_s: 30, group_by } })
      .at('10:00', draws('Heater', 2500))
      .at('10:00:10', draws('Oven', 2500))
      .at('10:00:20', reading('Heater', { power_w: 2500, temperature_c: 60 }))
      .until('10:05')

  it('goes as one message', () =>
    gathered('all')
      .expectNotified(['10:00:30 raised High: Heater, High: Oven, Hot: Heater'])
      .expectWords([
        [
          '3 alerts: Heater: High, Oven: High and 1 more | Heater: High, 2,500 W, since 10:00',
          'Oven: High, 2,500 W, since 10:00',
          'Heater: Hot, 60 °C, since 10:00',
        ].join('\n'),
      ]))

  it('goes as one message for each rule, where that is wanted', () =>
    gathered('rule').expectNotified(['10:00:30 raised High: Heater, High: Oven', '10:00:50 raised Hot: Heater']))

  it('goes as one message for each device, where that is wanted', () =>
    gathered('device').expectNotified(['10:00:30 raised High: Heater, Hot: Heater', '10:00:40 raised High: Oven']))

  it('goes one by one, where that is wanted', () =>
    gathered('nothing').expectNotified([
      '10:00 raised High: Heater',
      '10:00:10 raised High: Oven',
      '10:00:20 raised Hot: Heater',
    ]))

  it('is not told where it was over by then', () =>
    timeline({ rules: both, options: { group_wait_s: 30, group_by: 'all' } })
      .at('10:00', draws('Heater', 2500))
      .at('10:00:10', draws('Heater', 5))
      .until('10:05')
      .expectNotified([]))

  it('is told after a restart in between, and once', () =>
    timeline({ rules: both, options: { group_wait_s: 30, group_by: 'all' } })
      .at('10:00', draws('Heater', 2500))
      .restart({ away: '10 s' })
      .until('10:05')
      .doing(({ notifications }) => {
        assert.deepEqual(
          notifications.splice(0).map((line) => line.replace(/^\S+ /, '')),
          ['raised High: Heater'],
        )
      }))

  it('does not wait where it is critical', () =>
    timeline({
      rules: [{ name: 'Water', severity: 'critical', condition: { kind: 'equal', key: 'water_leak', value: true } }],
      options: { group_wait_s: 30, group_by: 'all' },
    })
      .at('10:00', reading('Cellar', { water_leak: true }))
      .expectNotified(['10:00 raised Water: Cellar']))
})

describe('More than the most per hour', () => {
  const limited = (rule: object = {}) => told(rule, { maximum_per_hour: 2 })
  const plugs = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => draws(`Plug ${from + index}`, 2500))

  it('is told as one, once there is room', () =>
    limited()
      .at('10:00', ...plugs(1, 1))
      .at('10:10', ...plugs(2, 2))
      .at('10:20', ...plugs(3, 3))
      .at('10:30', ...plugs(4, 4))
      .until('12:00')
      .expectNotified([
        '10:00 raised High: Plug 1',
        '10:10 raised High: Plug 2',
        '11:00 raised High: Plug 3, High: Plug 4',
      ]))

  it('is told with the number of those that there is no room for', () =>
    limited()
      .at('10:00', ...plugs(1, 1))
      .at('10:01', ...plugs(2, 2))
      .at('10:02', ...plugs(3, 34))
      .until('12:00')
      .doing(({ words, notifications }) => {
        assert.match(notifications.pop() ?? '', /^11:00 raised High: Plug 3, .*High: Plug 22 and 12 more$/)
        const [title = '', text = ''] = (words.pop() ?? '').split(' | ')
        assert.equal(title, '32 alerts: Plug 3: High, Plug 4: High and 30 more')
        assert.match(text, /\n\.\.\. and 12 more$/)
      }))

  it('waits on over a restart', () =>
    limited()
      .at('10:00', ...plugs(1, 1))
      .at('10:01', ...plugs(2, 2))
      .at('10:02', ...plugs(3, 3))
      .restart({ away: '10 min' })
      .until('10:59')
      .expectNotified(['10:00 raised High: Plug 1', '10:01 raised High: Plug 2'])
      .until('11:30')
      .expectNotified(['11:00 raised High: Plug 3']))

  it('is told all the same where it is critical', () =>
    limited({ severity: 'critical' })
      .at('10:00', ...plugs(1, 1))
      .at('10:01', ...plugs(2, 2))
      .at('10:02', ...plugs(3, 3))
      .expectNotified(['10:00 raised High: Plug 1', '10:01 raised High: Plug 2', '10:02 raised High: Plug 3']))
})

describe('A rule that is removed from the dialog', () => {
  it('ends what is open by it, and says why', () =>
    told()
      .at('10:00', draws('Heater', 2500))
      .restart({ away: '5 s', rules: [] })
      .until('10:01')
      .expect(['10:00 raised High: Heater', '10:00:05 resolved High: Heater (rule_removed)']))
})

describe('A name of a device', () => {
  it('brings nothing into a message but itself', () =>
    told()
      .at('10:00', measurement('a\nb\u202e{{value}}', { power_w: 2500 }))
      .expectWords(['a b {{value}}: High | a b {{value}} draws 2,500 W, over 2,000 W since 10:00.']))
})
