import { describe, it } from 'mocha'
import { event, offline, online, reading, timeline, type Timeline } from '../../support/alert-timeline'

function watching(name: string, condition: object, others: object = {}): Timeline {
  return timeline({ rules: [{ name, condition, ...others }] })
}

describe('A washing machine', () => {
  const done = (others: object = {}) => watching('Washing', { kind: 'finished', ...others })
  const draws = (power_w: number, energy_kwh: number) => reading('Washing machine', { power_w, energy_kwh })
  /** One hour: half of it heats, the other half turns the drum. */
  const washes = (story: Timeline, kwh: number) =>
    story
      .at('10:00', draws(0, kwh))
      .after('1 min', draws(2000, kwh))
      .after('10 min', draws(2000, kwh + 0.3))
      .after('10 min', draws(2000, kwh + 0.6))
      .after('10 min', draws(150, kwh + 0.7))
      .after('10 min', draws(150, kwh + 0.75))
      .after('19 min', draws(150, kwh + 0.8))

  it('is told of once it is done, with its energy and how long it took', () =>
    washes(done(), 100)
      .expect([])
      .after('30 s', draws(0, 100.8))
      .after('30 s', draws(0, 100.8))
      .after('30 s', draws(0, 100.8))
      .until('12:00')
      .expect(['11:01:15 raised Washing: Washing machine'])
      .expectWords(['Washing machine: Washing | Washing machine has finished: 0.8 kWh in 1 h.']))

  it('is told of again after another run, and that the alert is over by then is no news', () =>
    washes(
      washes(done(), 100)
        .every('30 s', '11:10', draws(0, 100.8))
        .expectNotified(['11:01:15 raised Washing: Washing machine'])
        .until('00:00'),
      100.8,
    )
      .every('30 s', '11:10', draws(0, 101.6))
      .expectNotified(['11:01:15 raised Washing: Washing machine']))

  it('is not told of for a lamp, a short run, or a pause of the drum', () =>
    done()
      .at('10:00', draws(40, 100))
      .at('10:10', draws(0, 100.007))
      .at('11:00', draws(2000, 100.007))
      .at('11:02', draws(0, 100.07))
      .at('11:30', draws(0, 100.07))
      .at('12:00', draws(2000, 100.07))
      .at('12:10', draws(2000, 100.4))
      .at('12:11', draws(0, 100.41))
      .at('12:11:20', draws(150, 100.41))
      .at('12:20', draws(150, 100.45))
      .expect([]))

  it('that runs on through a restart is told of as a whole', () =>
    done()
      .at('10:00', draws(0, 100))
      .at('10:01', draws(2000, 100))
      .at('10:11', draws(2000, 100.33))
      .restart({ away: '5 min' })
      .at('10:17', draws(2000, 100.53))
      .at('10:30', draws(150, 100.7))
      .at('10:40', draws(150, 100.72))
      .at('10:40:30')
      .every('30 s', '10:45', draws(0, 100.72))
      .expect(['10:41:15 raised Washing: Washing machine']))

  it('is told of once, though there is a restart afterwards', () =>
    washes(done(), 100)
      .every('30 s', '11:10', draws(0, 100.8))
      .expectNotified(['11:01:15 raised Washing: Washing machine'])
      .restart({ away: '1 h' })
      .at('12:30', draws(0, 100.8))
      .every('10 min', '14:00', draws(0, 100.8))
      .expect(['11:01:15 raised Washing: Washing machine']))

  it('is told of after the restart where it became done meanwhile', () =>
    washes(done(), 100)
      .restart({ away: '1 h' })
      .until('12:01')
      .expect([])
      .every('30 s', '12:10', draws(0, 100.81))
      .expectNotified(['12:01:30 raised Washing: Washing machine']))
})

describe('What is on for too long', () => {
  const iron = () => watching('Iron', { kind: 'on_too_long', after_s: 3600 }, { severity: 'critical' })
  const is = (on: boolean) => reading('Iron', { on })

  it('is told although nothing comes meanwhile, until it is off', () =>
    iron()
      .at('10:00', is(true))
      .until('10:59')
      .expect([])
      .until('11:30')
      .expect(['11:00 raised Iron: Iron'])
      .at('11:31', is(false))
      .expect(['11:31 resolved Iron: Iron'])
      .expectWords([
        'Iron | Iron has been on since 10:00, for more than 1 h.',
        'Iron (resolved) | Iron is off now, after 1 h 31 min.',
      ]))

  it('is not told where it was off in between, be it for a moment', () =>
    iron()
      .at('10:00', is(true))
      .at('10:50', is(false))
      .at('10:51', is(true))
      .at('11:40', event('Iron', 'changed', { on: false }))
      .at('11:41', event('Iron', 'changed', { on: true }), is(true))
      .until('12:40')
      .expect([]))

  it('goes on counting over a restart', () =>
    iron()
      .at('10:00', is(true))
      .at('10:30', is(true))
      .restart({ away: '5 min' })
      .at('10:36', is(true))
      .until('11:10')
      .expect(['11:00 raised Iron: Iron'])
      .restart({ away: '5 min' })
      .at('11:16', is(true))
      .expect([])
      .at('11:20', is(false))
      .expect(['11:20 resolved Iron: Iron']))

  it('is not told of a device that is offline, but once it says that it is still on', () =>
    iron()
      .at('10:00', is(true))
      .at('10:30', offline('Iron'))
      .until('11:30')
      .expect([])
      .at('11:31', online('Iron'), is(true))
      .expect(['11:31 raised Iron: Iron']))
})

describe('What is switched at an hour at which nobody should', () => {
  const night = (others: object = {}) =>
    watching('At night', { kind: 'unexpected', from: '23:00', to: '06:00', ...others })
  const is = (on: boolean) => reading('Garage', { on })

  it('is told until it is switched back, also in the morning', () =>
    night()
      .at('22:00', is(false))
      .at('23:10', event('Garage', 'changed', { on: true }))
      .at('23:11', is(true))
      .at('05:00', is(true))
      .expect(['23:10 raised At night: Garage'])
      .at('07:00', is(false))
      .expect(['07:00 resolved At night: Garage'])
      .expectWords([
        'Garage: At night | Garage was switched on at 23:10.',
        'Garage: At night (resolved) | Garage was switched off again after 7 h 50 min.',
      ]))

  it('is not told of what was on before, is on at the start, or is switched by day', () =>
    night().at('23:30', is(true)).at('23:40', is(false)).at('08:00', is(true)).until('23:30').expect([]))

  it('is told of what is switched off where that is wrong, on the days that are named', () =>
    // A Monday.
    night({ state: 'off', days: ['tue'] })
      .at('20:00', is(true))
      .at('23:30', is(false))
      .at('23:40', is(true))
      .expect([])
      .at('23:20', is(true))
      .at('23:30', is(false))
      .expect(['23:30 raised At night: Garage'])
      .at('03:00', is(true))
      .expect(['03:00 resolved At night: Garage']))

  it('stays an alert over a restart, and what is on at its end is not told as new', () =>
    night()
      .at('22:00', is(false))
      .at('23:10', is(true))
      .restart({ away: '1 h' })
      .at('00:30', is(true))
      .expect(['23:10 raised At night: Garage'])
      .at('01:00', is(false))
      .restart({ away: '1 h' })
      .at('02:30', is(true))
      .expect(['01:00 resolved At night: Garage']))
})
