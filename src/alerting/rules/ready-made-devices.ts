import type { WrittenReadyMade } from './ready-made-rule'

const DAY_S = 86_400
const COOLING = ['*freezer*', '*fridge*']

/** What goes wrong with devices and what hangs on them. */
export const READY_MADE_FOR_DEVICES = {
  'device-offline': {
    description:
      'Tells when a device has not answered for two minutes; when five or more are gone at once, they are one alert.',
    // An access point that restarts is back by then.
    rule: { name: 'Device offline', condition: { kind: 'offline' }, for_s: 120, many_from: 5 },
  },
  'high-power': {
    description: 'Tells when something draws more than 2,000 W for a minute.',
    rule: { name: 'High power', condition: { kind: 'above', key: 'power_w', value: 2000, clear: 1800 }, for_s: 60 },
  },
  'voltage-230': {
    description: 'Tells when a mains of 230 V is more than 10 % too low or too high for a minute.',
    // EN 50160
    rule: {
      name: 'Voltage out of range, 230 V',
      condition: { kind: 'outside', key: 'voltage_v', low: 207, high: 253, margin: 2 },
      for_s: 60,
      many_from: 2,
    },
  },
  'voltage-120': {
    description: 'Tells when a mains of 120 V is more than 5 % too low or too high for a minute.',
    // ANSI C84.1, range A
    rule: {
      name: 'Voltage out of range, 120 V',
      condition: { kind: 'outside', key: 'voltage_v', low: 114, high: 126, margin: 1 },
      for_s: 60,
      many_from: 2,
    },
  },
  'daily-limit': {
    description: 'Tells when a device has used 50, 80 and 100 % of 5 kWh in a day.',
    rule: {
      name: 'Daily limit',
      condition: { kind: 'energy', period: 'day', limit_kwh: 5, steps_pct: [50, 80, 100] },
      severity: 'info',
    },
  },
  'washing-machine-finished': {
    description: 'Tells when a washing machine is done, with its energy and how long it took.',
    rule: finished('Washing machine finished', ['*wash*', '!*dishwash*']),
  },
  'dishwasher-finished': {
    description: 'Tells when a dishwasher is done, with its energy and how long it took.',
    rule: finished('Dishwasher finished', ['*dishwash*']),
  },
  'dryer-finished': {
    description: 'Tells when a dryer is done, with its energy and how long it took.',
    rule: finished('Dryer finished', ['*dryer*', '*drier*']),
  },
  overheated: {
    description: 'Tells when a device says that it is too hot.',
    rule: isTrue('Overheated', 'overheated', 'critical'),
  },
  overloaded: {
    description: 'Tells when a device says that too much hangs on it.',
    rule: isTrue('Overloaded', 'overloaded', 'critical'),
  },
  'water-leak': {
    description: 'Tells when a sensor feels water, and again every quarter of an hour until somebody acknowledges it.',
    rule: { ...isTrue('Water leak', 'water_leak', 'critical'), remind_every_s: 900 },
  },
  'battery-low': {
    description: 'Tells when a device says that its battery is nearly empty.',
    rule: { ...isTrue('Battery low', 'battery_low', 'info'), remind_every_s: 7 * DAY_S },
  },
  'weak-signal': {
    description: 'Tells when the radio of a device has been below -80 dBm for ten minutes.',
    rule: {
      name: 'Weak signal',
      condition: { kind: 'below', key: 'rssi_dbm', value: -80, clear: -75 },
      severity: 'info',
      for_s: 600,
      cooldown_s: 3600,
    },
  },
  'energy-counter-stuck': {
    description: 'Tells when a device draws power, but its energy counter has stood still for an hour.',
    rule: {
      name: 'Energy counter stuck',
      condition: { kind: 'stuck', key: 'energy_kwh', after_s: 3600, while_key: 'power_w', while_above: 5 },
    },
  },
  'login-refused': {
    description: 'Tells when a device no longer takes the user name and password.',
    rule: {
      name: 'Login refused',
      condition: { kind: 'event', event: 'login_refused', until: ['online', 'removed'] },
      many_from: 3,
    },
  },
  'on-at-night': {
    description: 'Tells when a device is switched on between 23:00 and 6:00.',
    rule: {
      name: 'Switched on at night',
      condition: { kind: 'unexpected', state: 'on', from: '23:00', to: '06:00' },
      severity: 'info',
    },
  },
  'on-too-long': {
    description: 'Tells when an iron has been on for more than an hour, and again every half an hour.',
    rule: {
      name: 'On for long',
      devices: ['*iron', 'iron*'],
      condition: { kind: 'on_too_long', after_s: 3600 },
      remind_every_s: 1800,
    },
  },
  'freezer-idle': {
    description: 'Tells when a freezer or fridge has drawn next to nothing for three hours.',
    rule: {
      name: 'Does not cool',
      devices: COOLING,
      condition: { kind: 'below', key: 'power_w', value: 5 },
      severity: 'critical',
      for_s: 3 * 3600,
      remind_every_s: 3600,
    },
  },
  'freezer-silent': {
    description: 'Tells when nothing has been heard of a freezer or fridge for half an hour.',
    rule: {
      name: 'Nothing heard',
      devices: COOLING,
      condition: { kind: 'no_data', after_s: 1800 },
      severity: 'critical',
      remind_every_s: 3600,
    },
  },
} as const satisfies WrittenReadyMade

/** With the numbers that hold for traces of all three. */
function finished(name: string, devices: readonly string[]) {
  return { name, devices, condition: { kind: 'finished' }, severity: 'info' } as const
}

function isTrue(name: string, key: string, severity: string) {
  return { name, condition: { kind: 'equal', key, value: true }, severity } as const
}
