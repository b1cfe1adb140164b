import { describe, it } from 'mocha'
import { cached, measurement, offline, online, reading, timeline, type Timeline } from '../../support/alert-timeline'

function watching(name: string, condition: object, others: object = {}): Timeline {
  return timeline({ rules: [{ name, condition, ...others }] })
}

const draws = (power_w: number) => reading('Heater', { power_w })

describe('A value over a limit', () => {
  const high = () => watching('High power', { kind: 'above', value: 2000, clear: 1800 })

  it('is told with what it is, and when it is under the value to clear with how long and how far it went', () =>
    high()
      .at('10:00', draws(2000))
      .expect([])
      .at('10:01', draws(2310))
      .at('10:05', draws(2540))
      .at('10:10', draws(1900))
      .expect(['10:01 raised High power: Heater'])
      .at('10:13', draws(180))
      .expect(['10:13 resolved High power: Heater'])
      .expectWords([
        'Heater: High power | Heater draws 2,310 W, over 2,000 W since 10:01.',
        'Heater: High power (resolved) | Heater is back to 180 W after 12 min (highest 2,540 W).',
      ]))

  it('is not told again after a restart, nor resolved by what lies between both limits', () =>
    high()
      .at('10:00', draws(2310))
      .restart({ away: '5 min' })
      .at('10:06', draws(2310))
      .at('10:07', draws(1900))
      .expectNotified(['10:00 raised High power: Heater'])
      .at('10:08', draws(1700))
      .expectNotified(['10:08 resolved High power: Heater']))

  it('is resolved once where it has ended during a restart, by the first reading that says so', () =>
    high()
      .at('10:00', draws(2310))
      .restart({ away: '5 min' })
      .until('10:30')
      .expect(['10:00 raised High power: Heater'])
      .at('10:31', draws(5))
      .at('10:32', draws(5))
      .expect(['10:31 resolved High power: Heater']))

  it('is not told of readings that are old, doubtful, or out of a cache', () =>
    high()
      .at('10:00', draws(100))
      .at('10:01', cached('Heater', { power_w: 2500 }))
      .at('10:02', reading('Heater', { power_w: 2500, quality: 'suspect' }))
      .at('10:03', reading('Heater', { power_w: 2500 }, 600))
      .until('11:00')
      .expect([]))

  it('is not over because a device is offline, or says nothing of it', () =>
    high()
      .at('10:00', draws(2310))
      .at('10:01', reading('Heater', { on: true }))
      .at('10:02', offline('Heater'))
      .at('10:20', online('Heater'))
      .expect(['10:00 raised High power: Heater'])
      .at('10:21', draws(20))
      .expect(['10:21 resolved High power: Heater']))
})

describe('A value under a limit', () => {
  const weak = () => watching('Battery', { kind: 'below', key: 'battery_pct', value: 20, clear: 50 })
  const has = (battery_pct: number) => reading('Smoke alarm', { battery_pct })

  it('is told until it is over the value to clear', () =>
    weak()
      .at('10:00', has(20))
      .at('11:00', has(19))
      .at('12:00', has(45))
      .expect(['11:00 raised Battery: Smoke alarm'])
      .at('13:00', has(50))
      .expect(['13:00 resolved Battery: Smoke alarm'])
      .expectWords([
        'Smoke alarm: Battery | Smoke alarm: battery is at 19 %, under 20 % since 11:00.',
        'Smoke alarm: Battery (resolved) | Smoke alarm: battery is back to 50 % after 2 h (lowest 19 %).',
      ]))

  it('stays raised over a restart', () =>
    weak()
      .at('10:00', has(19))
      .restart({ away: '1 h' })
      .at('11:01', has(30))
      .expect(['10:00 raised Battery: Smoke alarm'])
      .at('12:00', has(100))
      .expect(['12:00 resolved Battery: Smoke alarm']))
})

describe('A value outside a band', () => {
  const voltage = () => watching('Voltage', { kind: 'outside', key: 'voltage_v', low: 207, high: 253, margin: 2 })
  const mains = (voltage_v: number) => reading('Meter', { voltage_v })

  it('is told on both sides, until it is well inside', () =>
    voltage()
      .at('10:00', mains(207))
      .at('10:01', mains(206.5))
      .at('10:02', mains(208))
      .at('10:03', mains(209))
      .at('10:04', mains(253))
      .at('10:05', mains(253.5))
      .at('10:06', mains(252))
      .at('10:07', mains(251))
      .expect([
        '10:01 raised Voltage: Meter',
        '10:03 resolved Voltage: Meter',
        '10:05 raised Voltage: Meter',
        '10:07 resolved Voltage: Meter',
      ])
      .expectWords([
        'Meter: Voltage | Meter has 206.5 V, outside 207 to 253 V since 10:01.',
        'Meter: Voltage (resolved) | Meter is back to 209 V after 2 min (lowest 206.5 V).',
        'Meter: Voltage | Meter has 253.5 V, outside 207 to 253 V since 10:05.',
        'Meter: Voltage (resolved) | Meter is back to 251 V after 2 min (highest 253.5 V).',
      ]))

  it('stays raised over a restart until it is well inside', () =>
    voltage()
      .at('10:00', mains(200))
      .restart({ away: '1 min' })
      .at('10:02', mains(208))
      .expect(['10:00 raised Voltage: Meter'])
      .at('10:03', mains(230))
      .expect(['10:03 resolved Voltage: Meter']))
})

describe('A value that is what it should not be', () => {
  it('is told while it is so', () =>
    watching('Water', { kind: 'equal', key: 'water_leak', value: true })
      .at('10:00', reading('Cellar', { water_leak: false }))
      .at('10:01', reading('Cellar', { water_leak: true }))
      .at('10:02', reading('Cellar', { water_leak: true }))
      .restart({ away: '1 min' })
      .at('10:04', reading('Cellar', { water_leak: true }))
      .expect(['10:01 raised Water: Cellar'])
      .at('10:05', reading('Cellar', { water_leak: false }))
      .expect(['10:05 resolved Water: Cellar'])
      .expectWords([
        'Cellar: Water | Cellar reports water since 10:01.',
        'Cellar: Water (resolved) | Over after 4 min: Cellar reports no water.',
      ]))

  it('may be a text, or anything but one', () =>
    watching('Line', { kind: 'equal', key: 'line.state', value: 'up', negate: true })
      .at('10:00', measurement('router', { 'line.state': 'up' }))
      .at('10:01', measurement('router', { 'line.state': 'down' }))
      .at('10:02', measurement('router', { other: 1 }))
      .at('10:03', measurement('router', { 'line.state': 'up' }))
      .expect(['10:01 raised Line: router', '10:03 resolved Line: router']))

  it('may be a number', () =>
    watching('Error 7', { kind: 'equal', key: 'value', value: 7 })
      .at('10:00', measurement('boiler', { value: 0 }))
      .at('10:01', measurement('boiler', { value: 7 }))
      .at('10:02', measurement('boiler', { value: 8 }))
      .expect(['10:01 raised Error 7: boiler', '10:02 resolved Error 7: boiler']))
})

describe('A value that changes', () => {
  const is = (on: boolean) => reading('Lamp', { on })

  it('is told each time, and nothing more', () =>
    watching('Switched', { kind: 'changed', key: 'on' })
      .at('10:00', is(false))
      .at('10:01', is(true))
      .at('10:02', is(true))
      .at('10:30', is(false))
      .expectNotified(['10:01 raised Switched: Lamp', '10:30 raised Switched: Lamp'])
      .expectWords(['Lamp: Switched | Lamp was switched on.', 'Lamp: Switched | Lamp was switched off.']))

  it('is not told of the first value after a restart', () =>
    watching('Switched', { kind: 'changed', key: 'on' })
      .at('10:00', is(false))
      .restart({ away: '5 min' })
      .at('10:06', is(true))
      .expect([])
      .at('10:07', is(false))
      .expectNotified(['10:07 raised Switched: Lamp']))

  it('is a number that has gone far enough from where it was, and stays an alert for as long as is said', () =>
    watching('Moved', { kind: 'changed', key: 'value', by: 5, hold_s: 300 })
      .at('10:00', measurement('tank', { value: 50 }))
      .at('10:10', measurement('tank', { value: 53 }))
      .at('10:20', measurement('tank', { value: 55 }))
      .expect([])
      .at('10:30', measurement('tank', { value: 56 }))
      .at('10:33', measurement('tank', { value: 57 }))
      .until('11:00')
      .expect(['10:30 raised Moved: tank', '10:35 resolved Moved: tank']))
})

describe('A value that rises or falls quickly', () => {
  const sudden = (others: object = {}) =>
    watching('Sudden', { kind: 'rate', key: 'temperature_c', by: 5, within_s: 600, ...others })
  const room = (temperature_c: number) => reading('Room', { temperature_c })

  it('is told until it has been steady for the time', () =>
    sudden()
      .at('10:00', room(20))
      .at('10:05', room(24))
      .at('10:08')
      .every('1 min', '10:30', room(26))
      .expect(['10:08 raised Sudden: Room', '10:10 resolved Sudden: Room'])
      .at('10:31')
      .every('1 min', '11:00', room(15))
      .expect(['10:31 raised Sudden: Room', '10:40 resolved Sudden: Room'])
      .expectWords([
        'Room: Sudden | Room: temperature has risen by 6 °C within 10 min, to 26 °C.',
        'Room: Sudden (resolved) | Room: “Sudden” is over after 2 min.',
        'Room: Sudden | Room: temperature has fallen by 11 °C within 10 min, to 15 °C.',
        'Room: Sudden (resolved) | Room: “Sudden” is over after 9 min.',
      ]))

  it('is not told of what goes slowly, nor of the other direction', () =>
    sudden({ direction: 'fall' })
      .at('10:00', room(20))
      .at('10:05', room(27))
      .at('10:30', room(27))
      .at('10:38', room(22))
      .at('10:50', room(19))
      .expect([]))

  it('is not told of what has changed over a restart, or while a device was offline', () =>
    sudden()
      .at('10:00', room(20))
      .restart({ away: '1 min' })
      .at('10:02', room(30))
      .at('10:03', offline('Room'))
      .at('10:05', online('Room'), room(20))
      .until('10:30')
      .expect([]))
})

describe('A value that stays the same', () => {
  const counter = () =>
    watching('Stuck', { kind: 'stuck', key: 'energy_kwh', after_s: 3600, while_key: 'power_w', while_above: 5 })
  const meter = (energy_kwh: number, power_w: number) => reading('Fridge', { energy_kwh, power_w })

  it('is told when samples have said so for long, until it moves', () =>
    counter()
      .at('10:00')
      .every('10 min', '11:20', meter(7, 80))
      .expect(['11:00 raised Stuck: Fridge'])
      .at('11:30', meter(7.1, 80))
      .expect(['11:30 resolved Stuck: Fridge'])
      .expectWords([
        'Fridge: Stuck | Fridge: energy counter has stayed at 7 kWh for 1 h.',
        'Fridge: Stuck (resolved) | Fridge: “Stuck” is over after 1 h 30 min.',
      ]))

  it('is not told while nothing is drawn, or while nothing comes', () =>
    counter().at('10:00').every('10 min', '12:00', meter(7, 0)).at('12:10', meter(7, 80)).until('15:00').expect([]))

  it('is told in time where there are restarts in between', () =>
    counter()
      .at('10:00')
      .every('10 min', '10:30', meter(7, 80))
      .restart({ away: '1 min' })
      .at('10:31')
      .every('10 min', '11:21', meter(7, 80))
      .restart({ away: '1 min' })
      .at('11:23', meter(7, 80))
      .expect(['11:01 raised Stuck: Fridge'])
      .at('11:30', meter(7.2, 80))
      .expect(['11:30 resolved Stuck: Fridge']))
})

describe('A percentile of the last minutes', () => {
  const slow = () =>
    watching('Slow', { kind: 'percentile', percentile: 90, above: 200, clear: 150, window_s: 600, minimum_samples: 10 })
  const answered = (latency_ms: number) => reading('Plug', { latency_ms })

  it('is told when too many are over the limit, and not for a single one', () =>
    slow()
      .at('10:00')
      .every('1 min', '10:10', answered(20))
      .at('10:11', answered(900))
      .after('1 min')
      .every('1 min', '10:20', answered(20))
      .expect([])
      .after('1 min', answered(300))
      .after('1 min', answered(310))
      .expect(['10:22 raised Slow: Plug'])
      .after('1 min')
      .every('1 min', '10:40', answered(20))
      .expect(['10:31 resolved Slow: Plug']))

  it('is not told of a few samples', () =>
    slow().at('10:00').every('1 min', '10:08', answered(500)).until('11:00').expect([]))

  it('stays raised over a restart until enough samples say otherwise', () =>
    slow()
      .at('10:00')
      .every('1 min', '10:09', answered(500))
      .expect(['10:09 raised Slow: Plug'])
      .restart({ away: '1 min' })
      .at('10:11')
      .every('1 min', '10:19', answered(20))
      .expect([])
      .after('1 min', answered(20))
      .expect(['10:20 resolved Slow: Plug']))
})

describe('A share of failures', () => {
  const failing = () => watching('Errors', { kind: 'error_rate', above_pct: 20, window_s: 600, minimum_samples: 5 })
  const answer = (ok: boolean) => measurement('api', { ok })

  it('is told when it is too large, until it is not', () =>
    failing()
      .at('10:00')
      .every('1 min', '10:08', answer(true))
      .at('10:09', answer(false))
      .expect([])
      .at('10:10', answer(false))
      .expect([])
      .at('10:10:30', answer(false))
      .expect(['10:10:30 raised Errors: api'])
      .at('10:11')
      .every('1 min', '10:30', answer(true))
      .expect(['10:19 resolved Errors: api'])
      .expectWords([
        'api: Errors | api: 27.3 % of what came within 10 min failed, over 20 % since 10:10.',
        'api: Errors (resolved) | api: “Errors” is over after 9 min.',
      ]))

  it('counts a device that goes offline as a failure, and its readings as none', () =>
    failing()
      .at('10:00')
      .every('1 min', '10:03', draws(5))
      .at('10:04', offline('Heater'))
      .expect([])
      .at('10:05', online('Heater'), draws(5))
      .at('10:06', offline('Heater'))
      .expect(['10:06 raised Errors: Heater']))

  it('is not told of a few, and waits for enough of them after a restart', () =>
    failing()
      .at('10:00')
      .every('1 min', '10:03', answer(false))
      .expect([])
      .after('1 min', answer(false))
      .expect(['10:04 raised Errors: api'])
      .restart({ away: '1 min' })
      .at('10:06')
      .every('1 min', '10:09', answer(true))
      .expect([])
      .after('1 min', answer(true))
      .expect(['10:10 resolved Errors: api']))
})

describe('What waits and gets no less', () => {
  const growing = () => watching('Backlog', { kind: 'backlog', above: 100, growing_s: 300 })
  const waiting = (pending: number) => measurement('queue', { pending })

  it('is told once it has been so for long, until it gets less', () =>
    growing()
      .at('10:00', waiting(50))
      .at('10:01', waiting(110))
      .after('1 min', waiting(120))
      .every('1 min', '10:05', waiting(150))
      .expect([])
      .at('10:08', waiting(200))
      .expect(['10:06 raised Backlog: queue'])
      .at('10:12', waiting(120))
      .expect(['10:12 resolved Backlog: queue'])
      .expectWords([
        'queue: Backlog | queue: pending is at 150, over 100 since 10:06, and not getting less.',
        'queue: Backlog (resolved) | queue: pending is back to 120 after 6 min (highest 200).',
      ]))

  it('is not told of what is being worked off, or of little', () =>
    growing()
      .at('10:00', waiting(900))
      .at('10:03', waiting(700))
      .at('10:06', waiting(500))
      .at('10:09', waiting(300))
      .at('10:12', waiting(90))
      .every('1 min', '10:30', waiting(95))
      .expect([]))

  it('is not told again after a restart, and resolved where it has been worked off meanwhile', () =>
    growing()
      .at('10:00')
      .every('1 min', '10:06', waiting(110))
      .expect(['10:05 raised Backlog: queue'])
      .restart({ away: '1 min' })
      .at('10:08', waiting(10))
      .expect(['10:08 resolved Backlog: queue']))
})

describe('Several conditions joined', () => {
  const hot = { kind: 'above', key: 'temperature_c', value: 25, device: 'Bedroom sensor' }
  const isOn = { kind: 'equal', key: 'on', value: true }
  const both = () => watching('Heats for nothing', { kind: 'all', conditions: [isOn, hot] }, { devices: ['Heater'] })
  const either = () => watching('Look at it', { kind: 'any', conditions: [hot, isOn] }, { devices: ['Heater'] })
  const bedroom = (temperature_c: number) => reading('Bedroom sensor', { temperature_c })
  const heater = (on: boolean) => reading('Heater', { on })

  it('by and hold while all of them do, each on its own device', () =>
    both()
      .at('10:00', heater(true))
      .at('10:01', bedroom(20))
      .at('10:02', bedroom(26))
      .expect(['10:02 raised Heats for nothing: Heater'])
      .at('10:03', heater(false))
      .at('10:04', bedroom(20))
      .at('10:05', heater(true))
      .expect(['10:03 resolved Heats for nothing: Heater']))

  it('by and are not told while one of them is not known', () =>
    both()
      .at('10:00', heater(true))
      .until('10:30')
      .expect([])
      .at('10:31', bedroom(26))
      .at('10:32', offline('Bedroom sensor'))
      .until('11:00')
      .expect(['10:31 raised Heats for nothing: Heater'])
      .at('11:01', heater(false))
      .expect(['11:01 resolved Heats for nothing: Heater']))

  it('by or hold while one of them does', () =>
    either()
      .at('10:00', heater(false))
      .at('10:01', bedroom(26))
      .at('10:02', heater(true))
      .at('10:03', bedroom(20))
      .expect(['10:01 raised Look at it: Heater'])
      .at('10:04', heater(false))
      .expect(['10:04 resolved Look at it: Heater'])
      .expectWords([
        'Heater: Look at it | Heater: Look at it since 10:01 (Bedroom sensor temperature 26 °C).',
        'Heater: Look at it (resolved) | Heater: “Look at it” is over after 3 min.',
      ]))

  it('stay raised over a restart until one says that it is over', () =>
    both()
      .at('10:00', heater(true), bedroom(26))
      .restart({ away: '1 min' })
      .at('10:02', heater(true))
      .at('10:03', bedroom(26))
      .expect(['10:00 raised Heats for nothing: Heater'])
      .at('10:04', bedroom(24))
      .expect(['10:04 resolved Heats for nothing: Heater']))

  it('may be joined again, of all kinds', () =>
    watching('Left on', {
      kind: 'all',
      conditions: [isOn, { kind: 'any', conditions: [hot, { kind: 'on_too_long', after_s: 600 }] }],
    })
      .at('10:00', heater(true), bedroom(20))
      .at('10:05', bedroom(26))
      .expect(['10:05 raised Left on: Heater'])
      .at('10:06', bedroom(20))
      .until('10:20')
      .expect(['10:06 resolved Left on: Heater', '10:10 raised Left on: Heater'])
      .at('10:21', heater(false))
      .expect(['10:21 resolved Left on: Heater']))
})
