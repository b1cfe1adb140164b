import { COMMAND_RANGES } from '../../domain/command'
import { objectOf, onOrOff, roundedNumber, text, wholeNumber, type Given, type Range } from './values'
import type { Wish } from './wish'

const KEYS = ['state', 'brightness', 'color_temp', 'color', 'effect', 'transition', 'flash'] as const
const TRANSITION_S: Range = { minimum: 0, maximum: 86_400 }
/** What is less is in mireds. */
const COLOR_TEMP_K: Range = { minimum: 1000, maximum: 100_000 }

/**
 * What Home Assistant writes to a light with the schema `json`: brightness in %, colour temperature in K, colour as hue and
 * saturation. It keeps to no range of colour temperatures, and sends what no light has announced.
 * @throws MonitorError `INPUT_INVALID`
 */
export function lightWish(value: unknown): Wish {
  const given = objectOf('light', value, KEYS)
  const { state, brightness, color_temp, color, effect, transition, flash } = given
  return {
    ...(state !== undefined && { on: onOrOff('state', state) }),
    ...(brightness !== undefined && {
      brightness_pct: wholeNumber('brightness', brightness, COMMAND_RANGES.brightness_pct),
    }),
    ...(color_temp !== undefined && {
      color_temp_k: wholeNumber('color_temp', color_temp, COLOR_TEMP_K),
      nearest: true,
    }),
    ...(color !== undefined && { color: colorOf(objectOf('color', color, ['h', 's'])) }),
    ...(effect !== undefined && { effect: text('effect', effect) }),
    ...(transition !== undefined && { transition: roundedNumber('transition', transition, TRANSITION_S) }),
    ...(flash !== undefined && { flash: true }),
  }
}

function colorOf({ h, s }: Given) {
  return {
    hue_deg: roundedNumber('h', h, COMMAND_RANGES.hue_deg),
    saturation_pct: roundedNumber('s', s, COMMAND_RANGES.saturation_pct),
  }
}
