// As Home Assistant has them; of its classes, those that our devices need.

export const STATE_CLASSES = ['measurement', 'measurement_angle', 'total', 'total_increasing'] as const
export type StateClass = (typeof STATE_CLASSES)[number]

export interface SensorClass {
  /** Empty: no statistics are made of it. */
  readonly state_classes: readonly StateClass[]
  /** Empty: it has none. */
  readonly units: readonly string[] | 'currency'
}

const ENERGY_UNITS = ['J', 'kJ', 'MJ', 'GJ', 'mWh', 'Wh', 'kWh', 'MWh', 'GWh', 'TWh', 'cal', 'kcal', 'Mcal', 'Gcal']

export const SENSOR_CLASSES: ReadonlyMap<string, SensorClass> = new Map<string, SensorClass>([
  ['battery', { state_classes: ['measurement'], units: ['%'] }],
  ['current', { state_classes: ['measurement'], units: ['mA', 'A'] }],
  ['duration', { state_classes: STATE_CLASSES, units: ['d', 'h', 'min', 's', 'ms', 'μs'] }],
  ['energy', { state_classes: ['total', 'total_increasing'], units: ENERGY_UNITS }],
  ['enum', { state_classes: [], units: [] }],
  ['humidity', { state_classes: ['measurement'], units: ['%'] }],
  ['monetary', { state_classes: ['total'], units: 'currency' }],
  ['power', { state_classes: ['measurement'], units: ['mW', 'W', 'kW', 'MW', 'GW', 'TW'] }],
  ['signal_strength', { state_classes: ['measurement'], units: ['dB', 'dBm'] }],
  ['temperature', { state_classes: ['measurement'], units: ['°C', '°F', 'K'] }],
  ['timestamp', { state_classes: [], units: [] }],
  ['voltage', { state_classes: ['measurement'], units: ['μV', 'mV', 'V', 'kV', 'MV'] }],
])

/** Those of sensors that are numbers. */
export const NUMBER_CLASSES: readonly string[] = [...SENSOR_CLASSES.keys()].filter(
  (name) => name !== 'enum' && name !== 'timestamp',
)

export const BINARY_SENSOR_CLASSES = [
  'battery',
  'connectivity',
  'door',
  'moisture',
  'motion',
  'power',
  'problem',
] as const

/** They have a colour, and can stand beside one another. */
export const COLOR_MODES = ['color_temp', 'hs', 'xy', 'rgb', 'rgbw', 'rgbww', 'white'] as const
/** Whoever can do more cannot do these. */
export const LONE_COLOR_MODES = ['onoff', 'brightness'] as const
