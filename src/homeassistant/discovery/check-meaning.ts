import type { Given } from './check-object'
import { below, type Complain } from './fault'
import { COLOR_MODES, LONE_COLOR_MODES, SENSOR_CLASSES, type SensorClass } from './rules/device-classes'

const CURRENCY = /^[A-Z]{3}$/
const MODES: ReadonlySet<unknown> = new Set([...COLOR_MODES, ...LONE_COLOR_MODES])

/** What Home Assistant refuses of values that are all allowed by themselves, or says in its log to be impossible. */
export function checkSensor(given: Given, path: string, complain: Complain): void {
  const { device_class, state_class, options, last_reset_value_template: reset } = given
  const kind = typeof device_class === 'string' ? SENSOR_CLASSES.get(device_class) : undefined
  if (kind) {
    checkUnit(kind, given, path, complain)
    checkStateClass(kind, given, path, complain)
  }
  if (options !== undefined && device_class !== 'enum') {
    complain(below(path, 'options'), options, 'options with the device class enum alone')
  }
  if (reset !== undefined && state_class !== 'total') {
    complain(below(path, 'last_reset_value_template'), reset, 'a reset with the state class total alone')
  }
  if (state_class === 'measurement_angle' && given.unit_of_measurement !== '°') {
    complain(below(path, 'unit_of_measurement'), given.unit_of_measurement, '° for an angle')
  }
}

export function checkNumber(given: Given, path: string, complain: Complain): void {
  const { device_class, min, max } = given
  const kind = typeof device_class === 'string' ? SENSOR_CLASSES.get(device_class) : undefined
  if (kind) checkUnit(kind, given, path, complain)
  if (typeof min === 'number' && typeof max === 'number' && min >= max) {
    complain(below(path, 'max'), max, `more than min, ${min}`)
  }
}

export function checkLight(given: Given, path: string, complain: Complain): void {
  const { supported_color_modes: modes, min_kelvin, max_kelvin } = given
  if (typeof min_kelvin === 'number' && typeof max_kelvin === 'number' && min_kelvin >= max_kelvin) {
    complain(below(path, 'max_kelvin'), max_kelvin, `more than min_kelvin, ${min_kelvin}`)
  }
  if (!Array.isArray(modes)) return
  const range = rangeOfModes(modes)
  if (range !== undefined) complain(below(path, 'supported_color_modes'), modes, range)
}

function checkUnit({ units }: SensorClass, given: Given, path: string, complain: Complain): void {
  const unit = given.unit_of_measurement ?? undefined
  const at = below(path, 'unit_of_measurement')
  if (units === 'currency') {
    if (typeof unit !== 'string' || !CURRENCY.test(unit)) complain(at, unit, 'a currency, like EUR')
  } else if (units.length === 0) {
    if (unit !== undefined) complain(at, unit, `nothing for the device class ${String(given.device_class)}`)
  } else if (typeof unit !== 'string' || !units.includes(unit)) {
    complain(at, unit, `one of ${units.join(', ')}`)
  }
}

function checkStateClass({ state_classes }: SensorClass, given: Given, path: string, complain: Complain): void {
  const { device_class, state_class } = given
  if (state_class === undefined || state_class === null) return
  if ((state_classes as readonly unknown[]).includes(state_class)) return
  const allowed = state_classes.length === 0 ? 'nothing' : `one of ${state_classes.join(', ')}`
  complain(below(path, 'state_class'), state_class, `${allowed} for the device class ${String(device_class)}`)
}

function rangeOfModes(modes: readonly unknown[]): string | undefined {
  if (!modes.every((mode) => MODES.has(mode)) || new Set(modes).size < modes.length) {
    return `different ones of ${[...MODES].join(', ')}`
  }
  if (modes.length > 1 && LONE_COLOR_MODES.some((mode) => modes.includes(mode))) {
    return `${LONE_COLOR_MODES.join(' or ')} alone`
  }
  return modes.length === 1 && modes[0] === 'white' ? 'white beside a colour' : undefined
}
