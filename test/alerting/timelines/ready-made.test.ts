import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { READY_MADE } from '../../../src/alerting/rules/ready-made'
import { event, measurement, offline, online, reading, timeline, type Timeline } from '../../support/alert-timeline'

/** @param name of the rule */
type Told = (story: Timeline, name: string) => Timeline

/** Each rule as it is, from when all is well until all is well again. */
const STORIES: Readonly<Record<string, Told>> = {
  'device-offline': (story, name) =>
    story
      .at('10:00', reading('Lamp', { power_w: 5 }))
      .at('10:05', offline('Lamp'))
      .at('10:06', online('Lamp'))
      .at('10:10', offline('Lamp'))
      .at('10:20', online('Lamp'))
      .expect([`10:12:10 raised ${name}: Lamp`, `10:20 resolved ${name}: Lamp`]),
  'high-power': (story, name) =>
    story
      .at('10:00', reading('Kettle', { power_w: 1900 }))
      .at('10:05', reading('Kettle', { power_w: 2200 }))
      .at('10:10', reading('Kettle', { power_w: 1900 }))
      .at('10:15', reading('Kettle', { power_w: 0 }))
      .expect([`10:06 raised ${name}: Kettle`, `10:15 resolved ${name}: Kettle`]),
  'voltage-230': (story, name) =>
    story
      .at('10:00', reading('Meter', { voltage_v: 231 }))
      .at('10:05', reading('Meter', { voltage_v: 206 }))
      .at('10:10', reading('Meter', { voltage_v: 208 }))
      .at('10:15', reading('Meter', { voltage_v: 228 }))
      .expect([`10:06:10 raised ${name}: Meter`, `10:15 resolved ${name}: Meter`]),
  'voltage-120': (story, name) =>
    story
      .at('10:00', reading('Meter', { voltage_v: 119 }))
      .at('10:05', reading('Meter', { voltage_v: 127 }))
      .at('10:15', reading('Meter', { voltage_v: 121 }))
      .expect([`10:06:10 raised ${name}: Meter`, `10:15 resolved ${name}: Meter`]),
  'daily-limit': (story, name) =>
    story
      .at('00:10', reading('Heater', { energy_kwh: 100 }))
      .at('06:00', reading('Heater', { energy_kwh: 102.6 }))
      .at('09:00', reading('Heater', { energy_kwh: 104.1 }))
      .at('12:00', reading('Heater', { energy_kwh: 105.1 }))
      .expectNotified([
        `06:00 raised ${name}: Heater`,
        `09:00 escalated ${name}: Heater`,
        `12:00 escalated ${name}: Heater`,
      ])
      .until('00:10')
      .expectNotified([]),
  'washing-machine-finished': finishes('Washing machine', 'Dishwasher'),
  'dishwasher-finished': finishes('Dishwasher', 'Washing machine'),
  'dryer-finished': finishes('Tumble dryer', 'Washing machine'),
  overheated: isTrue('overheated'),
  overloaded: isTrue('overloaded'),
  'water-leak': isTrue('water_leak'),
  'battery-low': isTrue('battery_low'),
  'weak-signal': (story, name) =>
    story
      .at('10:00', reading('Shed', { rssi_dbm: -70 }))
      .at('10:05', reading('Shed', { rssi_dbm: -85 }))
      .at('10:20', reading('Shed', { rssi_dbm: -78 }))
      .at('10:25', reading('Shed', { rssi_dbm: -74 }))
      .at('10:30', reading('Shed', { rssi_dbm: -85 }))
      .until('11:20')
      .expect([`10:15 raised ${name}: Shed`, `10:25 resolved ${name}: Shed`]),
  'energy-counter-stuck': (story, name) =>
    story
      .at('10:00')
      .every('20 min', '11:20', reading('Fridge', { energy_kwh: 7, power_w: 80 }))
      .at('11:40', reading('Fridge', { energy_kwh: 7.1, power_w: 80 }))
      .expect([`11:00 raised ${name}: Fridge`, `11:40 resolved ${name}: Fridge`]),
  'login-refused': (story, name) =>
    story
      .at('10:00', online('Plug'))
      .at('10:05', event('Plug', 'login_refused'))
      .at('11:00', online('Plug'))
      .expect([`10:05:10 raised ${name}: Plug`, `11:00 resolved ${name}: Plug`])
      .expectNotified([`10:05:10 raised ${name}: Plug`]),
  'on-at-night': (story, name) =>
    story
      .at('22:00', reading('Garage', { on: false }))
      .at('22:30', reading('Garage', { on: true }))
      .at('22:40', reading('Garage', { on: false }))
      .at('23:30', reading('Garage', { on: true }))
      .at('06:30', reading('Garage', { on: false }))
      .expect([`23:30 raised ${name}: Garage`, `06:30 resolved ${name}: Garage`]),
  'on-too-long': (story, name) =>
    story
      .at('10:00', reading('Iron', { on: true }), reading('Environment', { on: true }))
      .until('11:40')
      .at('11:45', reading('Iron', { on: false }))
      .expectNotified([`11:00 raised ${name}: Iron`, `11:30 reminder ${name}: Iron`, `11:45 resolved ${name}: Iron`]),
  'freezer-idle': (story, name) =>
    story
      .at('10:00')
      .every('1 h', '12:00', reading('Freezer', { power_w: 2 }))
      .at('12:50', reading('Freezer', { power_w: 90 }))
      .at('13:30')
      .every('10 min', '17:00', reading('Freezer', { power_w: 2 }))
      .at('17:10', reading('Freezer', { power_w: 90 }))
      .expect([`16:30 raised ${name}: Freezer`, `17:10 resolved ${name}: Freezer`]),
  'freezer-silent': (story, name) =>
    story
      .at('10:00')
      .every('25 min', '11:15', reading('Fridge', { power_w: 80 }), reading('Lamp', { power_w: 5 }))
      .until('12:40')
      .at('12:50', reading('Fridge', { power_w: 80 }))
      .expect([`11:45 raised ${name}: Fridge`, `12:50 resolved ${name}: Fridge`]),
  'slow-responses': (story, name) =>
    story
      .at('10:00')
      .every('30 s', '10:20', reading('Plug', { latency_ms: 300 }))
      .at('10:20:30')
      .every('30 s', '10:40', reading('Plug', { latency_ms: 30 }))
      .expect([`10:14:40 raised ${name}: Plug`, `10:34:30 resolved ${name}: Plug`]),
  'error-rate': (story, name) =>
    story
      .at('10:00')
      .every('20 s', '11:00', reading('Plug', { on: true }))
      .after('10 s', offline('Plug'))
      .after('10 s', online('Plug'))
      .every('20 s', '11:30', reading('Plug', { on: true }))
      .expect([])
      .after('10 s', offline('Plug'))
      .after('10 s', online('Plug'))
      .every('20 s', '13:00', reading('Plug', { on: true }))
      .expect([`11:30:20 raised ${name}: Plug`, `12:10 resolved ${name}: Plug`]),
  'cpu-high': goesOver('cpu_pct', [50, 85, 75, 60], '10:10'),
  'memory-high': goesOver('memory_pct', [50, 86, 82, 70], '10:10'),
  'memory-full': goesOver('memory_pct', [50, 91, 89, 70], '10:06'),
  'disk-full': goesOver('disk_pct', [50, 91, 89, 70], '10:06'),
  'event-loop-delay': goesOver('event_loop_delay_ms', [12, 130, 80, 12], '10:06'),
  'database-pool': goesOver('database_pool_pct', [20, 95, 80, 20], '10:06'),
  'spool-filling': (story, name) =>
    story
      .at('10:00', measurement('history', { 'spool.points': 500 }))
      .at('10:05')
      .every('1 min', '10:20', measurement('history', { 'spool.points': 12_000 }))
      .at('10:30', measurement('history', { 'spool.points': 4000 }))
      .expect([`10:15 raised ${name}: history`, `10:30 resolved ${name}: history`]),
}

function isTrue(key: 'overheated' | 'overloaded' | 'water_leak' | 'battery_low'): Told {
  return (story, name) =>
    story
      .at('10:00', reading('Sensor', { [key]: false }))
      .at('10:05', reading('Sensor', { [key]: true }))
      .at('10:10', reading('Sensor', { [key]: false }))
      .expect([`10:05 raised ${name}: Sensor`, `10:10 resolved ${name}: Sensor`])
}

/** Values every five minutes: all is well, too high, between both limits, all is well. */
function goesOver(key: string, values: readonly number[], raised_at: string): Told {
  const [well, high, between, wellAgain] = values.map((value) => measurement('host', { [key]: value }))
  assert.ok(well && high && between && wellAgain)
  return (story, name) =>
    story
      .at('10:00', well)
      .at('10:05', high)
      .at('10:20', between)
      .at('10:25', wellAgain)
      .expect([`${raised_at} raised ${name}: host`, `10:25 resolved ${name}: host`])
}

/** @param other one with another rule, which does the same meanwhile */
function finishes(alias: string, other: string): Told {
  const both = (power_w: number, energy_kwh: number) =>
    [alias, other].map((each) => reading(each, { power_w, energy_kwh }))
  return (story, name) =>
    story
      .at('10:00', ...both(0, 50))
      .at('10:01', ...both(2000, 50))
      .at('10:11', ...both(2000, 50.3))
      .at('10:30', ...both(200, 50.4))
      .at('10:59:30', ...both(200, 50.5))
      .at('11:00', ...both(1, 50.5))
      .every('30 s', '11:05', ...both(1, 50.5))
      .expect([`11:00:45 raised ${name}: ${alias}`])
      .at('12:00', ...both(2000, 50.5))
      .at('12:10', ...both(2000, 50.8))
      .expect([`12:10 resolved ${name}: ${alias}`])
      .expectNotified([`11:00:45 raised ${name}: ${alias}`])
}

describe('Each ready-made rule', () => {
  for (const { id, rule, description } of READY_MADE) {
    it(`${id}: ${description}`, () => {
      const tell = STORIES[id]
      assert.ok(tell, `a story of ${id}`)
      return tell(timeline({ rules: [{ ...rule }] }), rule.name)
    })
  }
})
