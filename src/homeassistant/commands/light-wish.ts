import { COMMAND_RANGES } from '../../domain/command'
import { MonitorError } from '../../domain/errors'
import { objectOf, onOrOff, roundedNumber, text, wholeNumber, type Given, type Range } from './values'
import type { Wish } from './wish'

const KEYS = ['state', 'brightness', 'color_temp', 'color', 'effect', 'transition', 'flash'] as const
const TRANSITION_S: Range = { minimum: 0, maximum: 86_400 }

/**
 * What Home Assistant writes to a light with the schema `json`: brightness in %, colour temperature in K, colour as hue and
 * saturation.
 * @throws MonitorError `INPUT_INVALID`; `COMMAND_UNSUPPORTED` for a flash
 */
export function lightWish(value: unknown): Wish {
  const given = objectOf('light', value, KEYS)
  if (given.flash !== undefined) throw noFlash(given.flash)
  const { state, brightness, color_temp, color, effect, transition } = given
  return {
    ...(state !== undefined && { on: onOrOff('state', state) }),
    ...(brightness !== undefined && {
      brightness_pct: wholeNumber('brightness', brightness, COMMAND_RANGES.brightness_pct),
    }),
    ...(color_temp !== undefined && {
      color_temp_k: wholeNumber('color_temp', color_temp, COMMAND_RANGES.color_temp_k),
    }),
    ...(color !== undefined && { color: colorOf(objectOf('color', color, ['h', 's'])) }),
    ...(effect !== undefined && { effect: text('effect', effect) }),
    ...(transition !== undefined && { transition: roundedNumber('transition', transition, TRANSITION_S) }),
  }
}

function colorOf({ h, s }: Given) {
  return {
    hue_deg: roundedNumber('h', h, COMMAND_RANGES.hue_deg),
    saturation_pct: roundedNumber('s', s, COMMAND_RANGES.saturation_pct),
  }
}

function noFlash(value: unknown): MonitorError {
  const range = 'nothing: lights do not flash'
  return new MonitorError('COMMAND_UNSUPPORTED', `flash: expected ${range}`, {
    details: { field: 'flash', value, range },
  })
}
