import { describe, it } from 'mocha'
import type { Setting } from '../../support/alert-stage'
import {
  event,
  type Happening,
  measurement,
  offline,
  online,
  reading,
  removed,
  timeline,
  type Timeline,
  unreached,
} from '../../support/alert-timeline'

function watching(
  name: string,
  condition: object,
  others: object = {},
  setting: Omit<Setting, 'rules'> = {},
): Timeline {
  return timeline({ ...setting, rules: [{ name, condition, ...others }] })
}

const draws = (alias: string, power_w: number) => reading(alias, { power_w })
const high = { kind: 'above', value: 2000 }

describe('A device of which nothing is heard', () => {
  const silent = (condition: object = {}, others: object = {}) =>
    watching('Silent', { kind: 'no_data', after_s: 600, ...condition }, others)

  it('is told until something comes', () =>
    silent()
      .at('10:00', draws('Freezer', 80))
      .at('10:09', draws('Freezer', 80))
      .until('10:18')
      .expect([])
      .until('10:30')
      .expect(['10:19 raised Silent: Freezer'])
      .at('10:31', draws('Freezer', 80))
      .expect(['10:31 resolved Silent: Freezer'])
      .expectWords([
        'Freezer: Silent | Freezer has sent nothing since 10:09.',
        'Freezer: Silent (resolved) | Freezer sends again after 22 min.',
      ]))

  it('is not told because of a restart, but for what has been silent before, and that but once', () =>
    silent()
      .at('10:00', draws('Freezer', 80), draws('Fridge', 80))
      .at('10:05', draws('Fridge', 80))
      .until('10:11')
      .expect(['10:10 raised Silent: Freezer'])
      .restart({ away: '1 h' })
      .at('11:12', draws('Fridge', 80))
      .until('11:20')
      .expect([])
      .at('11:21', draws('Freezer', 80), draws('Fridge', 80))
      .expect(['11:21 resolved Silent: Freezer']))

  it('may be one that sends, but not the value', () =>
    silent({ key: 'power_w' })
      .at('10:00', draws('Freezer', 80))
      .at('10:05', reading('Freezer', { on: true }))
      .until('10:20')
      .expect(['10:10 raised Silent: Freezer'])
      .expectWords(['Freezer: Silent | Freezer has sent no power since 10:00.']))

  it('is no alert any more once the device is not polled', () =>
    silent()
      .at('10:00', draws('Freezer', 80))
      .at('10:20', removed('Freezer'))
      .until('12:00')
      .expect(['10:10 raised Silent: Freezer', '10:20 resolved Silent: Freezer (device_removed)']))
})

describe('A device that is offline', () => {
  const gone = (others: object = {}) => watching('Gone', { kind: 'offline' }, others)

  it('is told until it is read again', () =>
    gone()
      .at('10:00', draws('Lamp', 5))
      .at('10:05', offline('Lamp'))
      .at('10:20', draws('Lamp', 5), online('Lamp'))
      .expect(['10:05 raised Gone: Lamp', '10:20 resolved Gone: Lamp'])
      .expectWords([
        'Lamp: Gone | Lamp is offline since 10:05.',
        'Lamp: Gone (resolved) | Lamp is back online after 15 min.',
      ]))

  it('is not told where it is back in time, or merely silent', () =>
    gone({ for_s: 120 })
      .at('10:00', draws('Lamp', 5))
      .at('10:05', offline('Lamp'))
      .at('10:06:59', online('Lamp'))
      .until('12:00')
      .expect([]))

  it('is not told again after a restart, and resolved where it came back meanwhile', () =>
    gone()
      .at('10:00', draws('Lamp', 5), draws('Fan', 5))
      .at('10:05', offline('Lamp'), offline('Fan'))
      .restart({ away: '5 min' })
      .at('10:11', offline('Lamp'), online('Fan'), draws('Fan', 5))
      .expect(['10:05 raised Gone: Lamp', '10:05 raised Gone: Fan', '10:11 resolved Gone: Fan'])
      .at('10:20', online('Lamp'))
      .expect(['10:20 resolved Gone: Lamp']))

  it('may be a host at which nobody has ever answered, until the device says its name', () =>
    gone()
      .at('10:00', unreached('lamp.home'))
      .at('10:10', online('Lamp'), draws('Lamp', 5))
      .expect(['10:00 raised Gone: lamp.home', '10:10 resolved Gone: lamp.home']))

  it('is one incident with others that go at the same time, until all are back', () => {
    const five = ['Lamp', 'Fan', 'Kettle', 'Heater', 'Radio']
    return gone({ many_from: 4 })
      .at('10:00', ...five.map((alias) => draws(alias, 5)))
      .at('10:05', ...five.slice(0, 3).map(offline))
      .at('10:05:05', offline('Heater'))
      .at('10:06', offline('Radio'))
      .expectNotified(['10:05:10 raised Gone: 4 devices'])
      .at('10:08', online('Radio'), online('Heater'))
      .restart({ away: '1 min' })
      .at('10:10', offline('Lamp'), online('Fan'), online('Kettle'))
      .expectNotified([])
      .at('10:11', online('Lamp'))
      .expectNotified(['10:11 resolved Gone: 5 devices'])
      .expectWords([
        '4 devices: Gone | 4 devices are offline since 10:05: Lamp, Fan, Kettle and Heater.',
        '5 devices: Gone (resolved) | 5 devices are back online after 6 min: Radio, Heater, Fan, Kettle and Lamp.',
      ])
  })

  it('is one by itself where few are, and where few are left for long', () => {
    const all = ['Lamp', 'Fan', 'Kettle', 'Heater']
    return gone({ many_from: 4 })
      .at('10:00', ...all.map((alias) => draws(alias, 5)))
      .at('10:01', offline('Lamp'), offline('Fan'))
      .at('10:02', online('Lamp'), online('Fan'))
      .expectNotified([
        '10:01:10 raised Gone: Lamp',
        '10:01:10 raised Gone: Fan',
        '10:02 resolved Gone: Lamp',
        '10:02 resolved Gone: Fan',
      ])
      .at('10:05', ...all.map(offline))
      .at('10:06', ...all.slice(1).map(online))
      .until('10:20')
      .expectNotified(['10:05:10 raised Gone: 4 devices'])
      .at('10:21', online('Lamp'))
      .expectNotified(['10:21 resolved Gone: Lamp'])
  })
})

describe('An event of a device', () => {
  it('is told until another one happens, also over a restart', () =>
    watching('Login', { kind: 'event', event: 'login_refused', until: ['online'] })
      .at('10:00', event('Plug', 'login_refused'))
      .at('10:30', event('Plug', 'login_refused'))
      .restart({ away: '10 min' })
      .at('10:41', event('Plug', 'login_refused'))
      .until('11:30')
      .expect(['10:00 raised Login: Plug'])
      .at('11:31', online('Plug'))
      .expect(['11:31 resolved Login: Plug'])
      .expectWords(['Plug: Login | Plug refuses the login.']))

  it('is told each time where nothing ends it, and other events are not', () =>
    watching('Button', { kind: 'event', event: 'pressed' })
      .at('10:00', event('Button', 'pressed', { press: 'single' }))
      .at('10:01', event('Button', 'online'))
      .at('10:05', event('Button', 'pressed', { press: 'double' }))
      .restart({ away: '1 min' })
      .until('10:30')
      .expectNotified(['10:00 raised Button: Button', '10:05 raised Button: Button'])
      .expectWords(['Button | Button was pressed.', 'Button | Button was pressed.']))

  it('is an alert for as long as it is said', () =>
    watching('Moved', { kind: 'event', event: 'moved', hold_s: 600 })
      .at('10:00', event('Plug', 'moved', { previous_host: '192.168.1.9' }))
      .restart({ away: '2 min' })
      .until('11:00')
      .expect(['10:00 raised Moved: Plug', '10:10 resolved Moved: Plug']))
})

describe('Which devices a rule means', () => {
  const all = (...aliases: string[]): Happening[] => aliases.map((alias) => draws(alias, 2500))

  it('is said by alias in any case, by id, with * for any text, and with ! for those that are left out', () =>
    watching('High', high, { devices: ['heater*', 'washing-machine', '!Heater Garage'] })
      .at('10:00', ...all('Heater', 'Heater Bath', 'Heater Garage', 'Washing machine', 'Kettle'))
      .expect(['10:00 raised High: Heater', '10:00 raised High: Heater Bath', '10:00 raised High: Washing machine']))

  it('is everything where nothing is said, and everything else where some are left out', () =>
    timeline({
      rules: [
        { name: 'All', condition: high },
        { name: 'Others', condition: high, devices: ['!Kettle'] },
      ],
    })
      .at('10:00', draws('Kettle', 2500))
      .at('10:01', measurement('oven', { power_w: 2500 }))
      .expect(['10:00 raised All: Kettle', '10:01 raised All: oven', '10:01 raised Others: oven']))

  it('is said by groups, which may hold others, and may be left out', () =>
    timeline({
      rules: [
        { name: 'Wet', condition: high, devices: ['@bathroom'] },
        { name: 'Dry', condition: high, devices: ['*', '!@bathroom'] },
      ],
      options: { groups: { bathroom: ['Towel rail', '@laundry'], laundry: ['Wash*', 'Dryer'] } },
    })
      .at('10:00', ...all('Towel rail', 'Washer', 'Oven'))
      .expect(['10:00 raised Wet: Towel rail', '10:00 raised Wet: Washer', '10:00 raised Dry: Oven']))

  it('is a strip with all of its outlets', () => {
    const outlet = (place: number, power_w: number) =>
      reading(`Outlet ${place}`, { device_id: `strip-${place}`, parent_id: 'strip', power_w })
    return watching('High', high, { devices: ['strip'] })
      .at('10:00', outlet(1, 2500), outlet(2, 20), draws('Kettle', 2500))
      .expect(['10:00 raised High: Outlet 1'])
  })

  it('changes with the name of a device', () =>
    watching('High', high, { devices: ['Heater*'] })
      .at('10:00', reading('Heater', { device_id: 'plug', power_w: 2500 }))
      .at('10:05', reading('Kettle', { device_id: 'plug', power_w: 2500 }))
      .expect(['10:00 raised High: Heater', '10:05 resolved High: Kettle (rule_removed)'])
      .at('10:10', reading('Heater bath', { device_id: 'plug', power_w: 2500 }))
      .expect(['10:10 raised High: Heater bath']))

  it('is none for a rule that is switched off', () =>
    watching('High', high, { enabled: false }).at('10:00', draws('Heater', 2500)).expect([]))
})

describe('Devices taken together', () => {
  const together = (how: string, condition: object, others: object = {}) =>
    watching('House', condition, { together: how, ...others })

  it('are an alert by their sum, of which those that are offline are no part', () =>
    together('sum', { kind: 'above', value: 5000 })
      .at('10:00', draws('Heater', 2500), draws('Oven', 2400))
      .expect([])
      .at('10:01', draws('Kettle', 200))
      .expect(['10:01 raised House: House'])
      .at('10:02', offline('Oven'))
      .expect(['10:02 resolved House: House'])
      .expectWords([
        'House | House draws 5,100 W, over 5,000 W since 10:01.',
        'House (resolved) | House is back to 2,700 W after 60 s (highest 5,100 W).',
      ]))

  it('are an alert over a restart until all that matter have said otherwise', () =>
    together('sum', { kind: 'above', value: 4000 })
      .at('10:00', draws('Heater', 2500), draws('Oven', 2400))
      .restart({ away: '1 min' })
      .at('10:02', draws('Heater', 2500), draws('Oven', 2400))
      .expectNotified(['10:00 raised House: House'])
      .at('10:03', draws('Oven', 0))
      .expectNotified(['10:03 resolved House: House']))

  it('wait after a restart for those that are missing, but not for ever', () =>
    together('sum', { kind: 'below', value: 1000 })
      .at('10:00', draws('Panel 1', 1200), draws('Panel 2', 900), draws('Panel 3', 900))
      .restart({ away: '1 min' })
      .at('10:02', draws('Panel 1', 300), draws('Panel 2', 200))
      .expect([])
      .at('10:03', offline('Panel 3'))
      .expect(['10:03 raised House: House'])
      .at('10:04', online('Panel 3'), draws('Panel 3', 100))
      .restart({ away: '30 s' })
      .at('10:05')
      .every('1 min', '10:14', draws('Panel 1', 600), draws('Panel 2', 600))
      .expect([])
      .every('1 min', '10:15', draws('Panel 1', 600), draws('Panel 2', 600))
      .expect(['10:14:30 resolved House: House']))

  it('do not wait for those that had not been heard of for long before', () =>
    together('sum', { kind: 'above', value: 4000 })
      .at('09:00', draws('Old one', 10), draws('Heater', 2500), draws('Oven', 100))
      .at('09:59', draws('Heater', 2500), draws('Oven', 100))
      .restart({ away: '1 min' })
      .at('10:01', draws('Heater', 2500))
      .at('10:02', draws('Oven', 2400))
      .expect(['10:02 raised House: House']))

  it('are an alert by their mean', () =>
    together('mean', { kind: 'below', key: 'temperature_c', value: 18 })
      .at('10:00', reading('Bedroom', { temperature_c: 17 }))
      .expect(['10:00 raised House: House'])
      .at('10:01', reading('Kitchen', { temperature_c: 21 }))
      .expect(['10:01 resolved House: House']))

  it('are an alert by the lowest of them', () =>
    together('lowest', { kind: 'below', key: 'battery_pct', value: 20 })
      .at('10:00', reading('Bedroom', { battery_pct: 60 }), reading('Kitchen', { battery_pct: 30 }))
      .expect([])
      .at('10:01', reading('Kitchen', { battery_pct: 10 }))
      .at('10:02', reading('Bedroom', { battery_pct: 60 }))
      .expect(['10:01 raised House: House'])
      .at('10:03', reading('Kitchen', { battery_pct: 100 }))
      .expect(['10:03 resolved House: House']))

  it('are an alert by the highest of them', () =>
    together('highest', { kind: 'above', key: 'temperature_c', value: -15 })
      .at('10:00', reading('Freezer', { temperature_c: -18 }), reading('Chest', { temperature_c: -20 }))
      .expect([])
      .at('10:01', reading('Chest', { temperature_c: -14 }))
      .expect(['10:01 raised House: House'])
      .at('10:02', reading('Chest', { temperature_c: -16 }))
      .expect(['10:02 resolved House: House']))

  it('are offline when all of them are', () =>
    together('mean', { kind: 'offline' })
      .at('10:00', draws('Heater', 5), draws('Oven', 5))
      .at('10:01', offline('Heater'))
      .expect([])
      .at('10:02', offline('Oven'))
      .restart({ away: '1 min' })
      .at('10:04', offline('Heater'), offline('Oven'))
      .expect(['10:02 raised House: House'])
      .at('10:05', online('Heater'))
      .expect(['10:05 resolved House: House']))

  it('have a budget of energy, for which a restart loses nothing', () =>
    together('sum', { kind: 'energy', period: 'day', limit_kwh: 5 })
      .at('01:00', reading('Heater', { energy_kwh: 100 }), reading('Oven', { energy_kwh: 900 }))
      .at('08:00', reading('Heater', { energy_kwh: 102 }), reading('Oven', { energy_kwh: 901 }))
      .restart({ away: '1 h' })
      .at('09:01', reading('Heater', { energy_kwh: 103 }))
      .expect([])
      .at('09:02', reading('Oven', { energy_kwh: 902.1 }))
      .expect(['09:02 raised House: House']))

  it('are as many as are on, or none', () =>
    together('sum', { kind: 'equal', key: 'on', value: 0, negate: true }, { devices: ['Lamp*'], for_s: 60 })
      .at('10:00', reading('Lamp 1', { on: false }), reading('Lamp 2', { on: false }))
      .at('10:01', reading('Lamp 2', { on: true }))
      .until('10:05')
      .expect(['10:02 raised House: House'])
      .at('10:06', reading('Lamp 2', { on: false }))
      .expect(['10:06 resolved House: House']))
})
