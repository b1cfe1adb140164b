/** What a device's page in Home Assistant shows: `platform name: class, unit, state class, category, off`. */
export type Page = readonly string[]

const POLLED = [
  'sensor Last seen: timestamp, diagnostic, off',
  'sensor Poll latency: duration, measurement, diagnostic, off',
  'sensor Offline reason: diagnostic, off',
]
const RADIO = ['sensor Signal strength: signal_strength, measurement, diagnostic, off']
const HOST = [
  ...POLLED,
  ...RADIO,
  'binary_sensor Cloud connection: connectivity, diagnostic',
  'button Restart: restart, config, off',
]
const SMART = ['sensor SSID: diagnostic, off', 'sensor Signal level: measurement, diagnostic']
const OVERHEATED = 'binary_sensor Overheated: problem, diagnostic'
const OVERLOADED = 'binary_sensor Overloaded: problem, diagnostic'
const ON_SINCE = 'sensor On since: timestamp, diagnostic, off'
const LED = 'switch LED: config'
const OUTLET = 'switch -: outlet'
const AUTO_OFF = 'number Turn off in: min, config'
const AUTO_UPDATE = 'switch Auto update enabled: config'
const PROTECTION = 'number Power protection threshold: power, W, config'
const PRESET = 'select Light preset: config'
const SMOOTH = 'switch Smooth transitions: config'
const SMOOTH_TIMES = ['number Smooth on: s, config', 'number Smooth off: s, config']

const POWER = ['sensor Current consumption: power, W, measurement']
const MAINS = ['sensor Voltage: voltage, V, measurement', 'sensor Current: current, A, measurement']
const LIFETIME = ['sensor Lifetime energy: energy, kWh, total_increasing', 'sensor Energy cost: monetary, EUR, total']
const PERIODS = [
  "sensor Today's consumption: energy, kWh, total_increasing, diagnostic",
  "sensor This month's consumption: energy, kWh, total_increasing, diagnostic",
]
const TOTAL = ['sensor Total consumption: energy, kWh, total_increasing, diagnostic']
const METER = [...POWER, ...MAINS, ...LIFETIME, ...PERIODS, ...TOTAL]
const SMART_METER = [...POWER, ...LIFETIME, ...PERIODS]

const PLUG = [OUTLET, LED, ON_SINCE, ...HOST]
const SMART_PLUG = [...PLUG, ...SMART, OVERHEATED]
const SMART_HOST = [...HOST, ...SMART, AUTO_UPDATE]
const SMART_STRIP_OUTLET = [
  ...[OUTLET, AUTO_OFF, ON_SINCE, OVERHEATED, OVERLOADED, PROTECTION],
  ...[...POLLED, ...SMART_METER],
]
const SENSOR = [
  ...POLLED,
  ...RADIO,
  'sensor Signal level: measurement, diagnostic',
  'binary_sensor Battery low: battery, diagnostic',
]
const BATTERY = 'sensor Battery: battery, %, measurement, diagnostic'
const TEMPERATURE = 'sensor Temperature: temperature, °C, measurement'

/** Of an outlet that has no page of its own. */
function named(alias: string, entities: Page): Page {
  return entities.map((line) => line.replace(/ -/, ` ${alias}`).replace(/^(binary_sensor|sensor) /, `$1 ${alias} `))
}

export const EXPECTED: Readonly<Record<string, Page>> = {
  'Kasa Monitor': ['sensor Devices: measurement, diagnostic', 'sensor Available devices: measurement, diagnostic'],

  Radio: PLUG,
  Freezer: [...PLUG, ...METER],
  Heater: [...PLUG, ...METER],
  Fountain: SMART_PLUG,
  Washer: [...SMART_PLUG, OVERLOADED, AUTO_OFF, AUTO_UPDATE, PROTECTION, ...SMART_METER, ...MAINS],

  Hall: ['switch -: switch', LED, ON_SINCE, ...HOST],
  Cellar: ['switch -: switch', LED, ON_SINCE, AUTO_OFF, OVERHEATED, ...SMART_HOST],
  Ceiling: [LED, ...SMART_HOST],
  'Ceiling 1': ['light -: brightness', PRESET, ...SMOOTH_TIMES, ON_SINCE, OVERHEATED, ...POLLED],
  'Ceiling 2': ['switch -', ON_SINCE, OVERHEATED, ...POLLED],

  Dining: ['light -: brightness', LED, ON_SINCE, ...HOST],
  Stairs: ['light -: brightness', PRESET, ...SMOOTH_TIMES, LED, ON_SINCE, OVERHEATED, ...SMART_HOST],

  Desk: [LED, ...HOST, ...POWER, ...MAINS, ...LIFETIME, ...TOTAL],
  'Desk Screen': [OUTLET, ON_SINCE, ...POLLED, ...METER],
  // It has never been on: there is no statistic of it yet.
  'Desk Printer': [OUTLET, ...POLLED, ...POWER, ...MAINS, ...LIFETIME, ...TOTAL],
  'Desk 3': [OUTLET, ON_SINCE, ...POLLED, ...METER],
  'Desk 4': [OUTLET, ON_SINCE, ...POLLED, ...METER],
  'Desk 5': [OUTLET, ON_SINCE, ...POLLED, ...METER],
  'Desk 6': [OUTLET, ON_SINCE, ...POLLED, ...METER],
  Garden: [
    ...[LED, ...HOST],
    ...named('Pump', [OUTLET, ON_SINCE]),
    ...named('Fairy lights', [OUTLET, ON_SINCE]),
    ...named('Garden 3', [OUTLET, ON_SINCE]),
  ],
  Rack: [LED, ...SMART_HOST, ...SMART_METER],
  'Rack Screen': SMART_STRIP_OUTLET,
  'Rack Printer': SMART_STRIP_OUTLET.filter((line) => line !== ON_SINCE),
  'Rack 3': SMART_STRIP_OUTLET,
  'Rack 4': SMART_STRIP_OUTLET,
  Bench: [
    ...[LED, ...SMART_HOST],
    ...named('Screen', [OUTLET, ON_SINCE, OVERHEATED]),
    ...named('Printer', [OUTLET, OVERHEATED]),
    ...named('Bench 3', [OUTLET, ON_SINCE, OVERHEATED]),
  ],

  'Reading lamp': ['light -: brightness', PRESET, ...HOST, ...POWER, ...LIFETIME, ...PERIODS],
  Couch: ['light -: color_temp hs', PRESET, ...HOST, ...POWER, ...LIFETIME, ...PERIODS],
  Bedside: ['light -: brightness', PRESET, OVERHEATED, ...SMART_HOST],
  Globe: ['light -: color_temp hs, effects', PRESET, SMOOTH, OVERHEATED, ...SMART_HOST],
  Shelf: ['light -: color_temp hs, effects', PRESET, ...HOST, ...POWER, ...LIFETIME, ...PERIODS, ...TOTAL],
  Stage: ['light -: color_temp hs, effects', PRESET, SMOOTH, OVERHEATED, ...SMART_HOST],

  Hub: [LED, ...SMART_HOST],
  'Hall motion': [...SENSOR, 'binary_sensor Motion: motion'],
  'Front door': [...SENSOR, 'binary_sensor Door: door'],
  'Boiler leak': [...SENSOR, 'binary_sensor Moisture: moisture'],
  Bath: [...SENSOR, BATTERY, TEMPERATURE, 'sensor Humidity: humidity, %, measurement'],
  Radiator: [
    ...[...SENSOR, BATTERY, TEMPERATURE, 'sensor Target temperature: temperature, °C, measurement'],
    'switch Child lock: config',
  ],
  Doorbell: [...SENSOR, 'event -: button'],
}
