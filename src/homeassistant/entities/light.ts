import { COMMAND_RANGES } from '../../domain/command'
import type { Device, DeviceKind } from '../../domain/device'
import type { Component } from './component'
import { entity, type EntityContext } from './entity'

/** Its own word in Home Assistant as well. */
export const NO_EFFECT = 'off'

export type ColorMode = 'onoff' | 'brightness' | 'color_temp' | 'hs'

const LIGHTS: readonly DeviceKind[] = ['dimmer', 'bulb', 'light-strip']

export function isLight({ kind, features }: Device): boolean {
  return features.includes('relay') && (LIGHTS.includes(kind) || features.includes('brightness'))
}

/** `onoff` and `brightness` stand alone: every other mode implies them. */
export function colorModesOf({ features }: Device): readonly ColorMode[] {
  const modes: ColorMode[] = []
  if (features.includes('color-temperature')) modes.push('color_temp')
  if (features.includes('color')) modes.push('hs')
  if (modes.length > 0) return modes
  return features.includes('brightness') ? ['brightness'] : ['onoff']
}

/** Of schema `json`: one topic with all of its state, and one that takes all of a command. */
export function lightOf(device: Device, context: EntityContext): Component {
  const { device_id, features } = device
  const modes = colorModesOf(device)
  return entity(device_id, 'light', 'light', context, {
    name: null,
    schema: 'json',
    state_topic: context.topics.light(device_id),
    command_topic: context.topics.set(device_id, 'light'),
    supported_color_modes: modes,
    ...(modes[0] !== 'onoff' && { brightness: true, brightness_scale: 100 }),
    ...(modes.includes('color_temp') && temperaturesOf(device)),
    ...(features.includes('effect') && { effect: true, effect_list: effectsOf(device) }),
    // It believes so unless it is told.
    flash: false,
    transition: false,
  })
}

function temperaturesOf({ color_temp_range }: Device) {
  const { minimum, maximum } = COMMAND_RANGES.color_temp_k
  return {
    color_temp_kelvin: true,
    min_kelvin: color_temp_range?.minimum_k ?? minimum,
    max_kelvin: color_temp_range?.maximum_k ?? maximum,
  }
}

function effectsOf({ effects = [] }: Device): string[] {
  return [NO_EFFECT, ...effects.filter((effect) => effect !== NO_EFFECT)]
}
