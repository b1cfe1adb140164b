import { COMMAND_RANGES } from '../../../../domain/command'
import { numberOf, objectOf, type JsonObject } from '../../json'
import type { KnownDetails } from '../../known-details'
import { lightPresetsIn, type LightPreset } from '../../light-presets'
import type { Components } from './components'
import { booleanOf, type DeviceInfo } from './device-info'
import type { Method } from './smart-query'
import { givenIn, type Answers } from './smart-reply'

// What a person sets of a device or a child: whether it has that at all, how it is asked for, and what the answers say.

/** Of the host alone: its children get their firmware with it. Firmware of the first version may not know the question. */
export function updatesItself(components: Components): boolean {
  return (components.get('firmware') ?? 0) >= 2
}

/** Older lights fade or do not; newer ones have a time for on and one for off; as for `keepsPresets`. */
export function fadingOf(components: Components, info: DeviceInfo): 'at-all' | 'in-time' | undefined {
  const version = components.get('on_off_gradually')
  if (version === undefined || numberOf(info.brightness) === undefined) return undefined
  return version >= 2 ? 'in-time' : 'at-all'
}

/** A strip has the part of its outlets, and tells nothing of it. */
export function protectsPower(components: Components, info: DeviceInfo): boolean {
  return components.has('power_protection') && typeof info.power_protection_status === 'string'
}

/** A strip has the part of its dimmers, too. */
export function keepsPresets(components: Components, info: DeviceInfo): boolean {
  return components.has('preset') && numberOf(info.brightness) !== undefined
}

/** Whites and colours, or brightnesses alone. */
export function presetsOf({ states, brightness }: JsonObject): readonly LightPreset[] {
  return lightPresetsIn(states ?? brightness)
}

export function settingQuestions(components: Components, info: DeviceInfo): Method[] {
  const methods: Method[] = []
  if (components.has('auto_off') && booleanOf(info.device_on) !== undefined) methods.push('get_auto_off_config')
  // Valves tell it among the rest (KE100).
  if (components.has('child_protection') && booleanOf(info.child_protection) === undefined) {
    methods.push('get_child_protection')
  }
  if (fadingOf(components, info)) methods.push('get_on_off_gradually_info')
  if (keepsPresets(components, info)) methods.push('get_preset_rules')
  if (protectsPower(components, info)) methods.push('get_protection_power')
  return methods
}

export function learnSettings(known: KnownDetails, answers: Answers): void {
  const auto_off = givenIn(answers, 'get_auto_off_config')
  if (auto_off) known.set('auto_off_min', switchable(auto_off.enable, auto_off.delay_min, COMMAND_RANGES.delay_min))
  const lock = givenIn(answers, 'get_child_protection')
  if (lock) known.set('child_lock', booleanOf(lock.child_protection))
  const update = givenIn(answers, 'get_auto_update_info')
  if (update) known.set('auto_update', booleanOf(update.enable))
  const protection = givenIn(answers, 'get_protection_power')
  if (protection) {
    const { enabled, protection_power } = protection
    known.set('power_limit_w', switchable(enabled, protection_power, COMMAND_RANGES.limit_w))
  }
  const fading = givenIn(answers, 'get_on_off_gradually_info')
  if (fading) learnFading(known, fading)
}

/** One of the two forms is there. */
function learnFading(known: KnownDetails, { enable, on_state, off_state }: JsonObject): void {
  known.set('smooth_transitions', booleanOf(enable))
  known.set('smooth_on_s', timeOf(objectOf(on_state)))
  known.set('smooth_off_s', timeOf(objectOf(off_state)))
}

function timeOf(state: JsonObject | undefined): number | undefined {
  return state && switchable(state.enable, state.duration, COMMAND_RANGES.transition_s)
}

interface Range {
  readonly minimum: number
  readonly maximum: number
}

/** 0 of what is switched off, whatever value it keeps. */
function switchable(enabled: unknown, value: unknown, range: Range): number | undefined {
  if (enabled === false) return 0
  return enabled === true ? wholeIn(value, range) : undefined
}

export function wholeIn(value: unknown, { minimum, maximum }: Range): number | undefined {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
    ? (value as number)
    : undefined
}
