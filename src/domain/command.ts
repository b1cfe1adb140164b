import type { DeviceFeature } from './device'
import { invalid, MonitorError } from './errors'

/** What a person can ask a device to do. */
export type Command =
  | { name: 'on' | 'off' | 'toggle' }
  | { name: 'brightness'; brightness_pct: number }
  | { name: 'color'; hue_deg: number; saturation_pct: number; brightness_pct?: number }
  | { name: 'color-temperature'; color_temp_k: number; brightness_pct?: number }
  | { name: 'led'; on: boolean }
  | { name: 'reboot' }
  | { name: 'alias'; alias: string }
  | { name: 'countdown'; delay_s: number; on: boolean }
  /** Of a light, by the name that the device has for it; `off` ends any. */
  | { name: 'effect'; effect: string; brightness_pct?: number }
  /** Off by itself so long after each switching on; 0: never. */
  | { name: 'auto-off'; delay_min: number }
  /** Whether the buttons of the device do nothing. */
  | { name: 'child-lock'; on: boolean }
  /** Whether the device installs new firmware by itself. */
  | { name: 'auto-update'; on: boolean }
  /** Whether a light fades when it is switched. */
  | { name: 'smooth-transitions'; on: boolean }
  /** How long a light takes to go on, or off; 0: none. */
  | { name: 'smooth-on' | 'smooth-off'; transition_s: number }
  /** Whether the motion sensor of a wall switch works. */
  | { name: 'motion-sensor'; on: boolean }
  /** Off by itself above so much; 0: never. */
  | { name: 'power-protection'; limit_w: number }
  /** Of a light: what a person has kept for it in the app, by its number. */
  | { name: 'light-preset'; preset: number }

export type CommandName = Command['name']

/** What a device has to have; every other command suits all of them. */
export const FEATURE_BY_COMMAND: { readonly [Name in CommandName]?: DeviceFeature } = {
  on: 'relay',
  off: 'relay',
  toggle: 'relay',
  brightness: 'brightness',
  color: 'color',
  'color-temperature': 'color-temperature',
  led: 'led',
  countdown: 'countdown',
  effect: 'effect',
  'auto-off': 'auto-off',
  'child-lock': 'child-lock',
  'auto-update': 'auto-update',
  'smooth-transitions': 'smooth-transitions',
  'smooth-on': 'smooth-on-off',
  'smooth-off': 'smooth-on-off',
  'motion-sensor': 'motion-sensor',
  'power-protection': 'power-protection',
  'light-preset': 'light-preset',
}

/** Allowed values of each command's parameters, in their units. */
export const COMMAND_RANGES = {
  brightness_pct: { minimum: 0, maximum: 100 },
  hue_deg: { minimum: 0, maximum: 360 },
  saturation_pct: { minimum: 0, maximum: 100 },
  color_temp_k: { minimum: 2500, maximum: 9000 },
  delay_s: { minimum: 1, maximum: 86_399 },
  delay_min: { minimum: 0, maximum: 1440 },
  transition_s: { minimum: 0, maximum: 60 },
  limit_w: { minimum: 0, maximum: 4000 },
  preset: { minimum: 1, maximum: 16 },
} as const

const ALIAS_BYTES = 31
const EFFECT_LENGTH = 64

type Parameters = Readonly<Record<string, unknown>>

const PARSERS: { readonly [Name in CommandName]: (given: Parameters) => Command } = {
  on: () => ({ name: 'on' }),
  off: () => ({ name: 'off' }),
  toggle: () => ({ name: 'toggle' }),
  brightness: (given) => ({ name: 'brightness', brightness_pct: whole(given, 'brightness_pct') }),
  color: (given) => ({
    name: 'color',
    hue_deg: whole(given, 'hue_deg'),
    saturation_pct: whole(given, 'saturation_pct'),
    ...brightnessIn(given),
  }),
  'color-temperature': (given) => ({
    name: 'color-temperature',
    color_temp_k: whole(given, 'color_temp_k'),
    ...brightnessIn(given),
  }),
  led: (given) => ({ name: 'led', on: flag(given, 'on') }),
  reboot: () => ({ name: 'reboot' }),
  alias: (given) => ({ name: 'alias', alias: aliasOf(given) }),
  countdown: (given) => ({ name: 'countdown', delay_s: whole(given, 'delay_s'), on: flag(given, 'on') }),
  effect: (given) => ({ name: 'effect', effect: effectOf(given), ...brightnessIn(given) }),
  'auto-off': (given) => ({ name: 'auto-off', delay_min: whole(given, 'delay_min') }),
  'child-lock': (given) => ({ name: 'child-lock', on: flag(given, 'on') }),
  'auto-update': (given) => ({ name: 'auto-update', on: flag(given, 'on') }),
  'smooth-transitions': (given) => ({ name: 'smooth-transitions', on: flag(given, 'on') }),
  'smooth-on': (given) => ({ name: 'smooth-on', transition_s: whole(given, 'transition_s') }),
  'smooth-off': (given) => ({ name: 'smooth-off', transition_s: whole(given, 'transition_s') }),
  'motion-sensor': (given) => ({ name: 'motion-sensor', on: flag(given, 'on') }),
  'power-protection': (given) => ({ name: 'power-protection', limit_w: whole(given, 'limit_w') }),
  'light-preset': (given) => ({ name: 'light-preset', preset: whole(given, 'preset') }),
}

export const COMMAND_NAMES = Object.keys(PARSERS) as CommandName[]

/**
 * A command from its name and parameters, whatever the source.
 * @throws MonitorError `INPUT_INVALID` naming the parameter, its value and the range
 */
export function parseCommand(name: unknown, parameters: Parameters = {}): Command {
  if (typeof name !== 'string' || !Object.hasOwn(PARSERS, name)) {
    throw invalid('INPUT_INVALID', 'command', name, `one of ${COMMAND_NAMES.join(', ')}`)
  }
  return PARSERS[name as CommandName](parameters)
}

function whole(given: Parameters, key: keyof typeof COMMAND_RANGES): number {
  const { minimum, maximum } = COMMAND_RANGES[key]
  const value = given[key]
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid('INPUT_INVALID', key, value, `a whole number from ${minimum} to ${maximum}`)
}

function brightnessIn(given: Parameters): { brightness_pct?: number } {
  return given.brightness_pct === undefined ? {} : { brightness_pct: whole(given, 'brightness_pct') }
}

function flag(given: Parameters, key: string): boolean {
  const value = given[key]
  if (typeof value === 'boolean') return value
  throw invalid('INPUT_INVALID', key, value, 'true or false')
}

function aliasOf(given: Parameters): string {
  const value = given.alias
  if (typeof value === 'string' && value.trim() !== '' && utf8Length(value) <= ALIAS_BYTES) return value.trim()
  throw invalid('INPUT_INVALID', 'alias', value, `1 to ${ALIAS_BYTES} bytes of text`)
}

function effectOf(given: Parameters): string {
  const value = given.effect
  if (typeof value === 'string' && value.trim() !== '' && value.length <= EFFECT_LENGTH) return value.trim()
  throw invalid('INPUT_INVALID', 'effect', value, `the name of an effect, at most ${EFFECT_LENGTH} characters`)
}

function utf8Length(value: string): number {
  return new TextEncoder().encode(value).length
}

/** Refuses a command that the device has no part for. */
export function unsupportedCommand(command: CommandName, model: string, device_id: string): MonitorError {
  return new MonitorError('COMMAND_UNSUPPORTED', `${model} cannot do '${command}'`, { details: { device_id } })
}
