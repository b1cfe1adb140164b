import { COMMAND_RANGES, FEATURE_BY_COMMAND, parseCommand, type Command, type CommandName } from '../../domain/command'
import type { Device } from '../../domain/device'
import { invalid, MonitorError } from '../../domain/errors'
import { NO_EFFECT } from '../entities/light'
import type { KnownDevice } from '../known-device'
import type { Wish, WishKey } from './wish'

/**
 * The commands that fulfil a wish, as few as there can be, in the order in which they make sense: settings, on, how the light
 * shines, off. Nothing is known of what a device can do that nobody has described.
 * @throws MonitorError `INPUT_INVALID` for what contradicts itself or is out of the range of this light,
 * `COMMAND_UNSUPPORTED` for what the device has no part for
 */
export function planCommands(wish: Wish, { device }: KnownDevice): Command[] {
  refuseContradictions(wish)
  const steps = [...settingsIn(wish), ...effectEndIn(wish), ...onIn(wish), ...lookIn(wish, device), ...lastIn(wish)]
  return steps.map(([key, name, parameters]) => {
    const command = parseCommand(name, parameters)
    if (device) checkAbility(command.name, key, wish[key], device)
    return command
  })
}

type Step = readonly [key: WishKey, name: CommandName, parameters?: Readonly<Record<string, unknown>>]

/** Before on, because a delay counts from there. */
function* settingsIn(wish: Wish): Iterable<Step> {
  const { alias, led, child_lock, auto_off_min, auto_update, motion_sensor, power_limit_w } = wish
  const { smooth_transitions, smooth_on_s, smooth_off_s } = wish
  if (alias !== undefined) yield ['alias', 'alias', { alias }]
  if (led !== undefined) yield ['led', 'led', { on: led }]
  if (child_lock !== undefined) yield ['child_lock', 'child-lock', { on: child_lock }]
  if (auto_update !== undefined) yield ['auto_update', 'auto-update', { on: auto_update }]
  if (motion_sensor !== undefined) yield ['motion_sensor', 'motion-sensor', { on: motion_sensor }]
  if (power_limit_w !== undefined) yield ['power_limit_w', 'power-protection', { limit_w: power_limit_w }]
  if (smooth_transitions !== undefined) yield ['smooth_transitions', 'smooth-transitions', { on: smooth_transitions }]
  if (smooth_on_s !== undefined) yield ['smooth_on_s', 'smooth-on', { transition_s: smooth_on_s }]
  if (smooth_off_s !== undefined) yield ['smooth_off_s', 'smooth-off', { transition_s: smooth_off_s }]
  if (auto_off_min !== undefined) yield ['auto_off_min', 'auto-off', { delay_min: auto_off_min }]
}

function* effectEndIn({ effect }: Wish): Iterable<Step> {
  if (effect !== undefined && isNoEffect(effect)) yield ['effect', 'effect', { effect: NO_EFFECT }]
}

/** Whatever makes a light shine switches it on as well. */
function* onIn(wish: Wish): Iterable<Step> {
  if (wish.on === 'toggle') yield ['on', 'toggle']
  else if (wish.on === true && !shines(wish)) yield ['on', 'on']
}

/** At most one: each takes the brightness along. */
function* lookIn(wish: Wish, device: Device | undefined): Iterable<Step> {
  const { color, color_temp_k, nearest, effect, light_preset } = wish
  const brightness = wish.brightness_pct ? { brightness_pct: wish.brightness_pct } : {}
  if (light_preset !== undefined) yield ['light_preset', 'light-preset', { preset: light_preset }]
  else if (color) yield ['color', 'color', { ...color, ...brightness }]
  else if (color_temp_k !== undefined) {
    const temperature = { color_temp_k: temperatureOf(color_temp_k, device, nearest) }
    yield ['color_temp_k', 'color-temperature', { ...temperature, ...brightness }]
  } else if (effect !== undefined && !isNoEffect(effect)) {
    yield ['effect', 'effect', { effect: effectOf(effect, device), ...brightness }]
  } else if (wish.brightness_pct) yield ['brightness_pct', 'brightness', brightness]
}

function* lastIn({ countdown, on, brightness_pct, reboot }: Wish): Iterable<Step> {
  if (countdown) yield ['countdown', 'countdown', countdown]
  if (brightness_pct === 0) yield ['brightness_pct', 'brightness', { brightness_pct }]
  else if (on === false) yield ['on', 'off']
  if (reboot) yield ['reboot', 'reboot']
}

function refuseContradictions(wish: Wish): void {
  const { on, brightness_pct, color, color_temp_k, effect, light_preset } = wish
  if (on === 'toggle' && (shines(wish) || brightness_pct === 0)) {
    throw invalid('INPUT_INVALID', 'on', 'TOGGLE', 'ON or OFF beside what a light is to look like')
  }
  if (on === true && brightness_pct === 0) throw invalid('INPUT_INVALID', 'brightness_pct', 0, '1 to 100 beside ON')
  if (light_preset !== undefined && (brightness_pct ?? color ?? color_temp_k ?? effect) !== undefined) {
    throw invalid('INPUT_INVALID', 'light_preset', light_preset, 'no other look of a light beside a preset')
  }
  if (color && color_temp_k !== undefined) {
    throw invalid('INPUT_INVALID', 'color_temp_k', color_temp_k, 'a colour or a colour temperature, not both')
  }
  if (effect !== undefined && !isNoEffect(effect) && (color ?? color_temp_k) !== undefined) {
    throw invalid('INPUT_INVALID', 'effect', effect, 'off beside a colour or a colour temperature, which end effects')
  }
}

function shines({ brightness_pct, color, color_temp_k, effect, light_preset }: Wish): boolean {
  const plays = effect !== undefined && !isNoEffect(effect)
  return Boolean(brightness_pct) || (color ?? color_temp_k ?? light_preset) !== undefined || plays
}

function temperatureOf(color_temp_k: number, device: Device | undefined, nearest = false): number {
  const { minimum_k = 0, maximum_k = Infinity } = device?.color_temp_range ?? {}
  const minimum = Math.max(minimum_k, COMMAND_RANGES.color_temp_k.minimum)
  const maximum = Math.min(maximum_k, COMMAND_RANGES.color_temp_k.maximum)
  if (nearest) return Math.min(Math.max(color_temp_k, minimum), maximum)
  if (color_temp_k >= minimum && color_temp_k <= maximum) return color_temp_k
  throw invalid('INPUT_INVALID', 'color_temp_k', color_temp_k, `a whole number from ${minimum} to ${maximum}`)
}

/** As the device writes it. */
function effectOf(effect: string, device: Device | undefined): string {
  const { effects, features } = device ?? {}
  if (effects === undefined || !features?.includes('effect')) return effect
  const name = effects.find((each) => each.toLowerCase() === effect.trim().toLowerCase())
  if (name !== undefined) return name
  throw invalid('INPUT_INVALID', 'effect', effect, `one of ${[NO_EFFECT, ...effects].join(', ')}`)
}

function isNoEffect(effect: string): boolean {
  return effect.trim().toLowerCase() === NO_EFFECT
}

function checkAbility(name: CommandName, key: WishKey, value: unknown, device: Device): void {
  const { model, device_id, parent_id, features } = device
  const feature = FEATURE_BY_COMMAND[name]
  // Outlets and what is behind a hub have no computer of their own.
  const isAble = name === 'reboot' ? parent_id === undefined : feature === undefined || features.includes(feature)
  if (isAble) return
  throw new MonitorError('COMMAND_UNSUPPORTED', `${model} cannot do '${name}'`, {
    details: { device_id, field: key, value },
  })
}
