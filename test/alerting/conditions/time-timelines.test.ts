import { describe, it } from 'mocha'
import { event, measurement, offline, online, reading, timeline } from '../../support/alert-timeline'

const silent = { name: 'No data', condition: { kind: 'no_data', after_s: 600 } }
const dead = { name: 'Offline', condition: { kind: 'offline' } }
const iron = { name: 'On for long', condition: { kind: 'on_too_long', after_s: 3600 } }
const night = { name: 'At night', condition: { kind: 'unexpected', from: '23:00', to: '06:00' } }

describe('alerts of silence', () => {
  it('tell that a topic has gone silent, and that it is back', () =>
    timeline({ rules: [silent] })
      .at('10:00', measurement('boiler', { temperature_c: 60 }))
      .every('5 min', '10:30', measurement('boiler', { temperature_c: 60 }))
      .at('10:52', measurement('boiler', { temperature_c: 55 }))
      .expect(['10:40 raised No data: boiler', '10:52 resolved No data: boiler']))

  it('tell of a device that has never said anything, where a rule names it', () =>
    timeline({ rules: [{ ...silent, devices: ['freezer'] }] })
      .at('10:00', reading('Lamp', { on: true }))
      .at('10:12', reading('Freezer', { power_w: 60 }))
      .expect(['10:10 raised No data: freezer', '10:12 resolved No data: freezer']))

  it('go on over a restart, and begin anew where all was well', () =>
    timeline({ rules: [silent] })
      .at('10:00', reading('Freezer', { power_w: 60 }))
      .at('10:05', reading('Lamp', { power_w: 5 }))
      .at('10:12')
      .restart({ away: '2 min' })
      .at('10:20', reading('Freezer', { power_w: 60 }))
      .until('10:25')
      .expect(['10:10 raised No data: Freezer', '10:20 resolved No data: Freezer', '10:24 raised No data: Lamp']))

  it('do not come when the wall clock is set', () =>
    timeline({ rules: [silent] })
      .at('10:00', reading('Freezer', { power_w: 60 }))
      .clockStep('+2 h')
      .at('10:09', reading('Freezer', { power_w: 60 }))
      .clockStep('-5 h')
      .at('10:18', reading('Freezer', { power_w: 60 }))
      .expect([])
      .until('10:28')
      .expect(['10:28 raised No data: Freezer']))
})

describe('alerts of devices that are offline', () => {
  it('come after a while, and end with the first reading', () =>
    timeline({ rules: [{ ...dead, for_s: 120 }] })
      .at('10:00', reading('Lamp', { on: true }))
      .at('10:05', offline('Lamp'))
      .at('10:06', online('Lamp'))
      .at('10:10', offline('Lamp'))
      .at('10:30', reading('Lamp', { on: true }))
      .expect(['10:12 raised Offline: Lamp', '10:30 resolved Offline: Lamp']))

  it('stay over a restart until somebody knows, and are not told twice', () =>
    timeline({ rules: [dead] })
      .at('10:00', offline('Lamp'))
      .restart({ away: '10 min' })
      .at('10:11', offline('Lamp'))
      .restart({ away: '1 min' })
      .at('10:15', online('Lamp'))
      .expect(['10:00 raised Offline: Lamp', '10:15 resolved Offline: Lamp']))
})

describe('alerts of events', () => {
  it('come with each press of a button', () =>
    timeline({ rules: [{ name: 'Bell', flapping_changes: 0, condition: { kind: 'event', event: 'pressed' } }] })
      .at('10:00', event('Button', 'pressed', { press: 'single' }))
      .at('10:00:01', event('Button', 'pressed', { press: 'double' }))
      .expectNotified(['10:00 raised Bell: Button', '10:00:01 raised Bell: Button']))

  it('last until another event, over a restart', () =>
    timeline({
      rules: [{ name: 'Login', condition: { kind: 'event', event: 'login_refused', until: ['online'] } }],
    })
      .at('10:00', event('Lamp', 'login_refused', { code: 'LOGIN_REFUSED' }))
      .restart({ away: '1 h' })
      .at('11:30', online('Lamp'))
      .expect(['10:00 raised Login: Lamp', '11:30 resolved Login: Lamp']))

  it('last for a while', () =>
    timeline({ rules: [{ name: 'Moved', condition: { kind: 'event', event: 'moved', hold_s: 900 } }] })
      .at('10:00', event('Lamp', 'moved', { previous_host: '127.0.0.9' }))
      .until('11:00')
      .expect(['10:00 raised Moved: Lamp', '10:15 resolved Moved: Lamp']))
})

describe('alerts of what is on for too long', () => {
  it('come by the time since it was switched on, by polls that are rare', () =>
    timeline({ rules: [iron] })
      .at('10:00', reading('Iron', { on: false }))
      .at('10:10', reading('Iron', { on: true }))
      .at('10:40', reading('Iron', { on: true }))
      .at('11:30', reading('Iron', { on: false }))
      .expect(['11:10 raised On for long: Iron', '11:30 resolved On for long: Iron']))

  it('count on over a restart and an outage', () =>
    timeline({ rules: [iron] })
      .at('10:00', reading('Iron', { on: true }))
      .restart({ away: '20 min' })
      .at('10:25', reading('Iron', { on: true }))
      .at('10:50', offline('Iron'))
      .until('11:05')
      .expect([])
      .at('11:06', reading('Iron', { on: true }))
      .at('11:10', offline('Iron'))
      .at('11:20', reading('Iron', { on: false }))
      .expect(['11:06 raised On for long: Iron', '11:20 resolved On for long: Iron']))

  it('do not come when the wall clock is set', () =>
    timeline({ rules: [iron] })
      .at('10:00', reading('Iron', { on: true }))
      .clockStep('+5 h')
      .at('10:30', reading('Iron', { on: true }))
      .restart({ away: '1 min' })
      .clockStep('-8 h')
      .at('10:58', reading('Iron', { on: true }))
      .expect([])
      .until('11:02')
      .expect(['11:00 raised On for long: Iron']))

  it('come for a group while any of it is on', () =>
    timeline({ rules: [{ ...iron, devices: ['Iron*'], together: 'sum' }] })
      .at('10:00')
      .every('5 min', '10:30', reading('Iron 1', { on: true }))
      .every('5 min', '10:50', reading('Iron 1', { on: true }), reading('Iron 2', { on: true }))
      .every('5 min', '11:15', reading('Iron 1', { on: false }), reading('Iron 2', { on: true }))
      .at('11:20', reading('Iron 2', { on: false }))
      .expect(['11:00 raised On for long: On for long', '11:20 resolved On for long: On for long']))
})

describe('alerts of what is switched at an unusual time', () => {
  it('come when a lamp is switched on at night, and stay until it is switched off', () =>
    timeline({ rules: [night] })
      .at('22:00', reading('Lamp', { on: false }))
      .at('22:30', reading('Lamp', { on: true }))
      .at('23:30', reading('Lamp', { on: false }))
      .at('02:00', reading('Lamp', { on: true }))
      .restart({ away: '10 h' })
      .at('12:30', reading('Lamp', { on: true }))
      .at('13:00', reading('Lamp', { on: false }))
      .expect(['02:00 raised At night: Lamp', '13:00 resolved At night: Lamp']))

  it('go by the time zone of the node, through the night in which clocks are changed', () =>
    // Berlin, 2026-03-29: 01:00 UTC is 03:00 there, and 06:00 there is 04:00 UTC.
    timeline({ rules: [night], options: { time_zone: 'Europe/Berlin' }, day: '2026-03-28' })
      .at('21:50', reading('Lamp', { on: false }))
      .at('21:55', reading('Lamp', { on: true }))
      .at('21:58', reading('Lamp', { on: false }))
      .at('03:50', reading('Lamp', { on: true }))
      .at('03:55', reading('Lamp', { on: false }))
      .at('04:05', reading('Lamp', { on: true }))
      .expect(['03:50 raised At night: Lamp', '03:55 resolved At night: Lamp']))

  it('hear of it once, by event and reading', () =>
    timeline({ rules: [{ ...night, flapping_changes: 0 }] })
      .at('23:30', reading('Lamp', { on: false }))
      .at('23:40', event('Lamp', 'changed', { on: true }), reading('Lamp', { on: true }))
      .at('23:50', event('Lamp', 'changed', { on: false }), reading('Lamp', { on: false }))
      .expect(['23:40 raised At night: Lamp', '23:50 resolved At night: Lamp']))
})
