import { describe, it } from 'mocha'
import type { ConditionKind } from '../../../src/alerting/rules/rule'
import {
  event,
  type Happening,
  measurement,
  offline,
  online,
  reading,
  timeline,
  type Timeline,
} from '../../support/alert-timeline'

interface Story {
  readonly rule: object
  /** What happens when, and which changes there are up to then. */
  readonly told: readonly (readonly [time: string, happenings: readonly Happening[], changes?: readonly string[]])[]
}

const draws = (power_w: number) => reading('Plug', { power_w })
const isOn = (on: boolean) => reading('Plug', { on })
const has = (values: Parameters<typeof reading>[1]) => [reading('Plug', values)]
const answer = (ok: boolean) => [measurement('Plug', { ok })]

/** One of each kind: it begins before clocks change at 01:00 UTC, and ends after it. */
const STORIES: { readonly [Kind in ConditionKind]: Story } = {
  above: {
    rule: { condition: { kind: 'above', value: 2000 }, for_s: 300 },
    told: [
      ['00:30', [draws(5)]],
      ['00:57', [draws(2500)]],
      ['01:30', [draws(5)], ['01:02 raised', '01:30 resolved']],
      ['01:31', [draws(2500)]],
      ['01:35', [draws(5)], []],
    ],
  },
  below: {
    rule: { condition: { kind: 'below', value: 10 }, keep_firing_s: 600 },
    told: [
      ['00:30', [draws(80)]],
      ['00:50', [draws(5)], ['00:50 raised']],
      ['00:55', [draws(80)]],
      ['01:20', [draws(80)], ['01:05 resolved']],
    ],
  },
  outside: {
    rule: { condition: { kind: 'outside', low: 207, high: 253 }, cooldown_s: 1200 },
    told: [
      ['00:30', has({ voltage_v: 200 }), ['00:30 raised']],
      ['00:50', has({ voltage_v: 230 }), ['00:50 resolved']],
      ['00:55', has({ voltage_v: 200 })],
      ['01:20', has({ voltage_v: 230 }), ['01:10 raised', '01:20 resolved']],
    ],
  },
  equal: {
    rule: { condition: { kind: 'equal', value: true }, for_s: 900 },
    told: [
      ['00:50', [isOn(true)]],
      ['01:20', [isOn(false)], ['01:05 raised', '01:20 resolved']],
    ],
  },
  changed: {
    rule: { condition: { kind: 'changed', hold_s: 600 } },
    told: [
      ['00:30', [isOn(true)]],
      ['00:45', [isOn(true)]],
      ['00:55', [isOn(false)], ['00:55 raised']],
      ['01:20', [isOn(false)], ['01:05 resolved']],
    ],
  },
  rate: {
    rule: { condition: { kind: 'rate', by: 500, within_s: 1200 } },
    told: [
      ['00:30', [draws(100)]],
      ['00:50', [draws(100)]],
      ['00:55', [draws(700)], ['00:55 raised']],
      ['01:05', [draws(700)]],
      ['01:30', [draws(700)], ['01:10 resolved']],
    ],
  },
  stuck: {
    rule: { condition: { kind: 'stuck', key: 'power_w', after_s: 1800 } },
    told: [
      ['00:35', [draws(5)]],
      ['00:50', [draws(5)]],
      ['01:05', [draws(5)], ['01:05 raised']],
      ['01:10', [draws(6)], ['01:10 resolved']],
    ],
  },
  no_data: {
    rule: { condition: { kind: 'no_data', after_s: 1800 } },
    told: [
      ['00:30', [draws(5)]],
      ['00:50', [draws(5)]],
      ['01:40', [draws(5)], ['01:20 raised', '01:40 resolved']],
      ['02:05', [draws(5)]],
      ['02:30', [draws(5)], []],
    ],
  },
  offline: {
    rule: { condition: { kind: 'offline' }, for_s: 600 },
    told: [
      ['00:30', [draws(5)]],
      ['00:55', [offline('Plug')]],
      ['01:20', [online('Plug')], ['01:05 raised', '01:20 resolved']],
    ],
  },
  event: {
    rule: { condition: { kind: 'event', event: 'energy_reset', hold_s: 1200 } },
    told: [
      ['00:50', [event('Plug', 'energy_reset')], ['00:50 raised']],
      ['00:55', [draws(5)]],
      ['01:30', [draws(5)], ['01:10 resolved']],
    ],
  },
  energy: {
    rule: { condition: { kind: 'energy', period: 'month', limit_kwh: 1 } },
    told: [
      ['00:30', has({ energy_kwh: 10 })],
      ['00:50', has({ energy_kwh: 10.6 })],
      ['01:10', has({ energy_kwh: 10.9 }), []],
      ['01:20', has({ energy_kwh: 11.1 }), ['01:20 raised']],
      ['01:50', has({ energy_kwh: 11.8 }), []],
    ],
  },
  cost: {
    rule: { condition: { kind: 'cost', period: 'month', limit: 0.4, price_per_kwh: 0.4 } },
    told: [
      ['00:30', [draws(2000)]],
      ['00:40', [draws(2000)]],
      ['00:50', [draws(2000)]],
      ['00:59', [draws(2000)], []],
      ['01:05', [draws(2000)], ['01:05 raised']],
    ],
  },
  finished: {
    rule: { condition: { kind: 'finished' } },
    told: [
      ['00:30', [draws(0)]],
      ['00:31', [draws(2000)]],
      ['00:41', [draws(2000)]],
      ['00:51', [draws(2000)]],
      ['01:01', [draws(150)]],
      ['01:10', [draws(150)]],
      ['01:11', [draws(0)]],
      ['01:11:30', [draws(0)], ['01:11:30 raised']],
      ['01:30', [draws(0)], []],
    ],
  },
  on_too_long: {
    rule: { condition: { kind: 'on_too_long', after_s: 1800 } },
    told: [
      ['00:40', [isOn(true)]],
      ['00:55', [isOn(true)]],
      ['01:30', [isOn(false)], ['01:10 raised', '01:30 resolved']],
      ['01:35', [isOn(true)]],
      ['02:00', [isOn(false)], []],
    ],
  },
  unexpected: {
    rule: { condition: { kind: 'unexpected', from: '22:00', to: '08:00' } },
    told: [
      ['00:30', [isOn(false)]],
      ['00:50', [isOn(true)], ['00:50 raised']],
      ['01:10', [isOn(true)]],
      ['01:30', [isOn(false)], ['01:30 resolved']],
    ],
  },
  percentile: {
    rule: {
      condition: { kind: 'percentile', key: 'power_w', percentile: 50, above: 100, window_s: 1800, minimum_samples: 3 },
    },
    told: [
      ['00:40', [draws(500)]],
      ['00:50', [draws(500)]],
      ['00:55', [draws(500)], ['00:55 raised']],
      ['01:05', [draws(500)]],
      ['01:15', [draws(5)], []],
      ['01:25', [draws(5)], ['01:25 resolved']],
      ['01:30', [draws(5)], []],
    ],
  },
  error_rate: {
    rule: { condition: { kind: 'error_rate', above_pct: 50, window_s: 3600, minimum_samples: 3 } },
    told: [
      ['00:40', answer(true)],
      ['00:50', answer(false)],
      ['00:55', answer(false), ['00:55 raised']],
      ['01:05', answer(true), ['01:05 resolved']],
      ['01:15', answer(true), []],
    ],
  },
  backlog: {
    rule: { condition: { kind: 'backlog', key: 'power_w', above: 100, growing_s: 1200 } },
    told: [
      ['00:40', [draws(200)]],
      ['00:50', [draws(250)]],
      ['01:10', [draws(10)], ['01:00 raised', '01:10 resolved']],
      ['01:15', [draws(200)]],
      ['01:30', [draws(10)], []],
    ],
  },
  all: {
    rule: {
      condition: {
        kind: 'all',
        conditions: [
          { kind: 'above', value: 100 },
          { kind: 'on_too_long', after_s: 1800 },
        ],
      },
    },
    told: [
      ['00:40', has({ on: true, power_w: 500 })],
      ['00:55', has({ on: true, power_w: 500 })],
      ['01:20', has({ on: true, power_w: 5 }), ['01:10 raised', '01:20 resolved']],
    ],
  },
  any: {
    rule: {
      condition: {
        kind: 'any',
        conditions: [
          { kind: 'above', value: 100 },
          { kind: 'no_data', after_s: 1800 },
        ],
      },
    },
    told: [
      ['00:40', [draws(5)]],
      ['00:50', [draws(500)], ['00:50 raised']],
      ['00:55', [draws(5)], ['00:55 resolved']],
      ['01:40', [draws(5)], ['01:25 raised', '01:40 resolved']],
    ],
  },
}

const NIGHTS = {
  'in the night in which clocks go forward': '2026-03-29',
  'in the night in which they go back': '2026-10-25',
}

/** Between one happening and the next, the clock is set, as often as there are steps. */
function play({ rule, told }: Story, day: string, steps: readonly string[]): Timeline {
  const story = timeline({ rules: [{ name: 'Rule', ...rule }], day, options: { time_zone: 'Europe/Berlin' } })
  for (const [index, [time, happenings, changes = []]] of told.entries()) {
    story.at(time, ...happenings).expect(changes.map((line) => `${line} Rule: Plug`))
    const step = steps[index % steps.length]
    if (step !== undefined) story.after('10 s').clockStep(step).after('10 s').expect([])
  }
  return story.after('1 min').expect([])
}

describe('Daylight saving changes nothing', () => {
  for (const [when, day] of Object.entries(NIGHTS)) {
    for (const [kind, story] of Object.entries(STORIES)) it(`of ${kind}, ${when}`, () => play(story, day, []))
  }
})

describe('A clock that is set', () => {
  for (const [kind, story] of Object.entries(STORIES)) {
    it(`forward by an hour or a day and back again raises and ends nothing of ${kind}`, () =>
      play(story, '2026-03-11', ['+1 h', '-1 h', '+1 d', '-1 d']))

    it(`back by an hour or a day and forward again raises and ends nothing of ${kind}`, () =>
      play(story, '2026-03-11', ['-1 h', '+1 h', '-1 d', '+1 d']))
  }
})

/** What is raised or resolved over a break from 01:00 to 01:10 in true time, whatever the wall clock was before. */
const BREAKS: { readonly [Name: string]: Story } = {
  'an event that holds for a while': {
    rule: { condition: { kind: 'event', event: 'energy_reset', hold_s: 3600 } },
    told: [
      ['00:30', [event('Plug', 'energy_reset')], ['00:30 raised']],
      ['02:00', [draws(5)], ['01:30 resolved']],
    ],
  },
  'an event that holds until another one': {
    rule: { condition: { kind: 'event', event: 'energy_reset', until: ['online'] } },
    told: [
      ['00:30', [event('Plug', 'energy_reset')], ['00:30 raised']],
      ['02:00', [online('Plug')], ['02:00 resolved']],
    ],
  },
  'what is on': {
    rule: { condition: { kind: 'on_too_long', after_s: 3600 } },
    told: [
      ['00:30', [isOn(true)]],
      ['01:15', [isOn(true)]],
      ['02:00', [isOn(false)], ['01:30 raised', '02:00 resolved']],
    ],
  },
  'what is silent': {
    rule: { condition: { kind: 'no_data', after_s: 600 } },
    told: [
      ['00:30', [draws(5)]],
      ['00:45', [], ['00:40 raised']],
      ['02:00', [draws(5)], ['02:00 resolved']],
    ],
  },
  'what is expected to come again': {
    rule: { condition: { kind: 'no_data', after_s: 7200 } },
    told: [
      ['00:30', [draws(5)]],
      ['04:00', [draws(5)], ['03:10 raised', '04:00 resolved']],
    ],
  },
  'the energy of a period': {
    rule: { condition: { kind: 'energy', period: 'month', limit_kwh: 1 } },
    told: [
      ['00:30', has({ energy_kwh: 10 })],
      ['00:50', has({ energy_kwh: 10.9 })],
      ['01:15', has({ energy_kwh: 11.1 }), ['01:15 raised']],
    ],
  },
  'a run': {
    rule: { condition: { kind: 'finished' } },
    told: [
      ['00:30', [draws(0)]],
      ['00:31', [draws(2000)]],
      ['00:41', [draws(2000)]],
      ['00:51', [draws(2000)]],
      ['01:11', [draws(150)]],
      ['01:20', [draws(150)]],
      ['01:21', [draws(0)]],
      ['01:21:30', [draws(0)], ['01:21:30 raised']],
    ],
  },
  'what has been over for a while': {
    rule: { condition: { kind: 'above', value: 100 }, keep_firing_s: 3600 },
    told: [
      ['00:20', [draws(500)], ['00:20 raised']],
      ['00:30', [draws(5)]],
      ['01:15', [draws(5)]],
      ['02:00', [draws(5)], ['01:30 resolved']],
    ],
  },
  'a rest after an incident': {
    rule: { condition: { kind: 'above', value: 100 }, cooldown_s: 3600 },
    told: [
      ['00:20', [draws(500)], ['00:20 raised']],
      ['00:30', [draws(5)], ['00:30 resolved']],
      ['01:15', [draws(500)]],
      ['02:00', [draws(5)], ['01:30 raised', '02:00 resolved']],
    ],
  },
}

describe('A break after the clock was set is as long as it is', () => {
  for (const [name, { rule, told }] of Object.entries(BREAKS)) {
    for (const by of ['+2 d', '-2 d', '+400 d', '-400 d']) {
      // Only a month has to stay the same.
      if (name === 'the energy of a period' && by.includes('400')) continue
      for (const isCrash of [false, true]) {
        it(`for ${name}, set by ${by} before ${isCrash ? 'a power cut' : 'a restart'}`, () => {
          const story = timeline({ rules: [{ name: 'Rule', ...rule }], day: '2026-03-11' })
          let isBroken = false
          for (const [time, happenings, changes = []] of told) {
            if (!isBroken && time > '01:00') {
              isBroken = true
              story.at('00:55').clockStep(by).at('00:58', event('Plug', 'pressed')).at('01:00')
              if (isCrash) story.crash({ away: '10 min' })
              else story.restart({ away: '10 min' })
            }
            story.at(time, ...happenings).expect(changes.map((line) => `${line} Rule: Plug`))
          }
          return story
        })
      }
    }
  }
})

describe('A reading from before a restart', () => {
  it('starts no waiting, nor counts for anything', () =>
    timeline({
      rules: [
        { name: 'High', for_s: 60, condition: { kind: 'above', value: 2000 } },
        { name: 'Changed', condition: { kind: 'changed' } },
        { name: 'Percentile', condition: { kind: 'percentile', key: 'power_w', above: 100, minimum_samples: 2 } },
      ],
    })
      .at('10:00', reading('Plug', { power_w: 5, on: false }))
      .restart({ away: '5 min' })
      .at(
        '10:05:10',
        reading('Plug', { power_w: 2500, on: true }, 60),
        reading('Plug', { power_w: 2500, on: false }, 30),
      )
      .until('11:00')
      .expectSteps([])
      .at('11:01', reading('Plug', { power_w: 2500, on: true }))
      .until('11:10')
      .expect(['11:02 raised High: Plug']))

  it('does not end what is open either', () =>
    timeline({ rules: [{ name: 'High', condition: { kind: 'above', value: 2000 } }] })
      .at('10:00', draws(2500))
      .restart({ away: '5 min' })
      .at('10:05:10', reading('Plug', { power_w: 5 }, 60))
      .expect(['10:00 raised High: Plug'])
      .at('10:06', draws(5))
      .expect(['10:06 resolved High: Plug']))
})

describe('Readings that come late, and together', () => {
  const late = (...given: readonly (readonly [ago_s: number, power_w: number])[]) =>
    given.map(([ago_s, power_w]) => reading('Plug', { power_w }, ago_s))
  const watching = (condition: object, others: object = {}) =>
    timeline({ rules: [{ name: 'Rule', condition, ...others }] }).at('10:00', draws(5))

  it('count as though they had come in time, for how long something lasts', () =>
    watching({ kind: 'above', value: 2000 }, { for_s: 300 })
      .at('10:10', ...late([240, 2500], [120, 2500], [0, 2500]))
      .expect([])
      .until('10:20')
      .expect(['10:11 raised Rule: Plug']))

  it('count for nothing where it was over in between', () =>
    watching({ kind: 'above', value: 2000 }, { for_s: 300 })
      .at('10:10', ...late([400, 2500], [200, 5], [100, 2500]))
      .until('10:12')
      .at('10:12', draws(5))
      .until('10:30')
      .expect([]))

  it('count as though they had come in time, for how fast something goes', () =>
    watching({ kind: 'rate', by: 500, within_s: 60 })
      .at('10:10', ...late([300, 5], [200, 400], [100, 800], [0, 1200]))
      .expect([])
      .at('10:20', ...late([50, 1200], [0, 1900]))
      .expect(['10:20 raised Rule: Plug']))

  it('count as though they had come in time, for what has been stuck', () =>
    watching({ kind: 'stuck', key: 'power_w', after_s: 1800 })
      .at('11:00', ...late([3000, 7], [2000, 7], [1000, 8], [0, 8]))
      .expect([])
      .at('11:20', ...late([600, 8], [0, 8]))
      .expect(['11:20 raised Rule: Plug']))

  it('count as though they had come in time, for the energy of a run', () =>
    watching({ kind: 'finished' })
      .at(
        '11:00',
        ...late([3000, 0], [2940, 2000], [2400, 2000], [1800, 2000], [1200, 150], [660, 150], [600, 0], [0, 0]),
      )
      .until('11:10')
      .expectNotified(['11:00 raised Rule: Plug']))
})
