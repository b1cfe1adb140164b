import type { Bulb } from 'tplink-smarthome-api'
import type { Command } from '../../../../../domain/command'
import { invalid } from '../../../../../domain/errors'
import { isAsBright, notFor, wantedState, type CommandPlan } from '../../../commands/command-plan'
import { chosenPreset } from '../../../commands/chosen-preset'
import { effectRequest, isEffectShown, type EffectRequest } from '../../../commands/effects/effect-request'
import { objectOf } from '../../../json'
import { isShown, lightPresetsIn } from '../../../light-presets'
import { colorTemperaturesOf } from '../color-temperatures'
import { planAlias, planReboot, planSwitch } from './common-commands'
import type { IotTarget } from './iot-target'

const FULL_CIRCLE_DEG = 360
const EFFECT_MODULE = 'smartlife.iot.lighting_effect'

/** @throws MonitorError `COMMAND_UNSUPPORTED`, or `INPUT_INVALID` for a colour temperature that the model cannot show */
export function planForLight(command: Command, target: IotTarget, bulb: Bulb): CommandPlan<IotTarget> {
  switch (command.name) {
    case 'on':
    case 'off':
    case 'toggle':
      return wantedState(command.name, target) ? planOn(bulb) : planSwitch(bulb, false)
    case 'brightness':
      return planBrightness(command.brightness_pct, bulb)
    case 'color':
      return planColor(command, bulb)
    case 'color-temperature':
      return planColorTemperature(command, target, bulb)
    case 'alias':
      return planAlias(bulb, command.alias)
    case 'reboot':
      return planReboot(bulb)
    case 'effect':
      return planEffect(command, target, bulb)
    case 'light-preset':
      return planLightPreset(command.preset, target, bulb)
    case 'led':
    case 'countdown':
    case 'auto-off':
    case 'child-lock':
    case 'auto-update':
    case 'smooth-transitions':
    case 'smooth-on':
    case 'smooth-off':
    case 'motion-sensor':
    case 'power-protection':
      throw notFor(command.name, target)
  }
}

/**
 * As the app does it. The library would have the light ignore what it is set up to show, and a strip's effect ends with
 * that (home-assistant/core #69039).
 */
function planOn(bulb: Bulb): CommandPlan<IotTarget> {
  return {
    send: () => bulb.lighting.setLightState({ on_off: 1, ignore_default: 0 }),
    isConfirmed: (reading) => reading.on === true,
  }
}

function planBrightness(brightness_pct: number, bulb: Bulb): CommandPlan<IotTarget> {
  if (brightness_pct === 0) return planSwitch(bulb, false)
  return {
    send: () => bulb.lighting.setLightState({ on_off: 1, brightness: brightness_pct }),
    isConfirmed: (reading) => reading.on === true && reading.brightness_pct === brightness_pct,
  }
}

function planColor(command: Extract<Command, { name: 'color' }>, bulb: Bulb): CommandPlan<IotTarget> {
  const { saturation_pct, brightness_pct } = command
  const hue_deg = command.hue_deg % FULL_CIRCLE_DEG
  // A colour temperature of 0 is what tells a bulb to show the colour.
  const color = { on_off: 1, hue: hue_deg, saturation: saturation_pct, color_temp: 0 } as const
  return {
    send: () => bulb.lighting.setLightState({ ...color, ...brightnessOf(command) }),
    isConfirmed: (reading) =>
      reading.hue_deg === hue_deg && reading.saturation_pct === saturation_pct && isAsBright(reading, brightness_pct),
  }
}

function planColorTemperature(
  command: Extract<Command, { name: 'color-temperature' }>,
  { kind, model }: IotTarget,
  bulb: Bulb,
): CommandPlan<IotTarget> {
  const { color_temp_k, brightness_pct } = command
  const { minimum_k, maximum_k } = colorTemperaturesOf(model, kind)
  if (color_temp_k < minimum_k || color_temp_k > maximum_k) {
    throw invalid('INPUT_INVALID', 'color_temp_k', color_temp_k, `${minimum_k} to ${maximum_k} for ${model}`)
  }
  return {
    send: () => bulb.lighting.setLightState({ on_off: 1, color_temp: color_temp_k, ...brightnessOf(command) }),
    isConfirmed: (reading) => reading.color_temp_k === color_temp_k && isAsBright(reading, brightness_pct),
  }
}

/** The library knows no effects, but it carries any module's methods. */
function planEffect(
  command: Extract<Command, { name: 'effect' }>,
  target: IotTarget,
  bulb: Bulb,
): CommandPlan<IotTarget> {
  let request: EffectRequest | undefined
  return {
    send: async () => {
      const held = await bulb.sendCommand({ [EFFECT_MODULE]: { get_lighting_effect: {} } })
      request = effectRequest(command, 'iot', objectOf(held) ?? {}, target)
      await bulb.sendCommand({ [EFFECT_MODULE]: { set_lighting_effect: request } })
    },
    isConfirmed: (reading, { sysinfo }) =>
      request !== undefined &&
      isEffectShown(objectOf(sysinfo.lighting_effect_state), request) &&
      isAsBright(reading, command.brightness_pct),
  }
}

function planLightPreset(number: number, target: IotTarget, bulb: Bulb): CommandPlan<IotTarget> {
  const { features, sysinfo } = target
  const preset = chosenPreset(lightPresetsIn(sysinfo.preferred_state), number, target)
  const hasTones = features.includes('color') || features.includes('color-temperature')
  return {
    send: () =>
      bulb.lighting.setLightState({
        on_off: 1,
        ...(hasTones ? { color_temp: 0, ...preset } : { brightness: preset.brightness }),
      }),
    isConfirmed: (reading, after) => reading.on === true && isShown(preset, objectOf(after.sysinfo.light_state) ?? {}),
  }
}

function brightnessOf({ brightness_pct }: { brightness_pct?: number }): { brightness?: number } {
  return brightness_pct === undefined ? {} : { brightness: brightness_pct }
}
