import { COMMAND_RANGES } from '../../domain/command'
import { invalid } from '../../domain/errors'
import { HOME_ASSISTANT_OPTIONS } from '../options'
import { COMMAND_KEYS, type CommandKey } from './command-keys'
import { lightWish } from './light-wish'
import { isPress, objectOf, onOffOrToggle, onOrOff, press, text, wholeNumber } from './values'
import type { Wish } from './wish'

const READERS: { readonly [Key in CommandKey]: (value: unknown) => Wish } = {
  on: (value) => ({ on: onOffOrToggle('on', value) }),
  brightness_pct: (value) => ({ brightness_pct: ranged('brightness_pct', value) }),
  color_temp_k: (value) => ({ color_temp_k: ranged('color_temp_k', value) }),
  color: (value) => {
    const { hue_deg, saturation_pct } = objectOf('color', value, ['hue_deg', 'saturation_pct'])
    const color = { hue_deg: ranged('hue_deg', hue_deg), saturation_pct: ranged('saturation_pct', saturation_pct) }
    return { color }
  },
  effect: (value) => ({ effect: text('effect', value) }),
  light_preset: (value) => ({ light_preset: wholeNumber('light_preset', value, COMMAND_RANGES.preset) }),
  led: (value) => ({ led: onOrOff('led', value) }),
  auto_off_min: (value) => ({ auto_off_min: wholeNumber('auto_off_min', value, COMMAND_RANGES.delay_min) }),
  child_lock: (value) => ({ child_lock: onOrOff('child_lock', value) }),
  auto_update: (value) => ({ auto_update: onOrOff('auto_update', value) }),
  smooth_transitions: (value) => ({ smooth_transitions: onOrOff('smooth_transitions', value) }),
  smooth_on_s: (value) => ({ smooth_on_s: wholeNumber('smooth_on_s', value, COMMAND_RANGES.transition_s) }),
  smooth_off_s: (value) => ({ smooth_off_s: wholeNumber('smooth_off_s', value, COMMAND_RANGES.transition_s) }),
  motion_sensor: (value) => ({ motion_sensor: onOrOff('motion_sensor', value) }),
  power_limit_w: (value) => ({ power_limit_w: wholeNumber('power_limit_w', value, COMMAND_RANGES.limit_w) }),
  countdown: (value) => {
    const { delay_s, on } = objectOf('countdown', value, ['delay_s', 'on'])
    return { countdown: { delay_s: ranged('delay_s', delay_s), on: onOrOff('countdown.on', on) } }
  },
  alias: (value) => ({ alias: text('alias', value) }),
  reboot: (value) => ({ reboot: press('reboot', value) }),
  light: lightWish,
  acknowledge: (value) => ({ acknowledge: press('acknowledge', value) }),
  silence: (value) => ({ silence: silenceOf(value) }),
}

const KEYS_IN_WORDS = Object.keys(COMMAND_KEYS).join(', ')

export function isCommandKey(key: string): key is CommandKey {
  return Object.hasOwn(READERS, key)
}

/**
 * What the keys of a message want together.
 * @throws MonitorError `INPUT_INVALID` naming the key, its value and what is allowed
 */
export function readWish(entries: readonly (readonly [key: string, value: unknown])[]): Wish {
  let wish: Wish = {}
  for (const [key, value] of entries) {
    if (!isCommandKey(key)) throw invalid('INPUT_INVALID', key, value, `one of the keys ${KEYS_IN_WORDS}`)
    const part = READERS[key](value)
    const twice = Object.keys(part).find((each) => Object.hasOwn(wish, each))
    if (twice !== undefined) throw invalid('INPUT_INVALID', key, value, `no ${twice} beside the one that is there`)
    wish = { ...wish, ...part }
  }
  if (Object.keys(wish).length > 0) return wish
  throw invalid(
    'INPUT_INVALID',
    'payload',
    Object.fromEntries(entries),
    `an object with one or more of ${KEYS_IN_WORDS}`,
  )
}

function ranged(key: keyof typeof COMMAND_RANGES, value: unknown): number {
  return wholeNumber(key, value, COMMAND_RANGES[key])
}

/** A button says no number. */
function silenceOf(value: unknown): true | number {
  return isPress(value) || wholeNumber('silence', value, HOME_ASSISTANT_OPTIONS.silence_min)
}
