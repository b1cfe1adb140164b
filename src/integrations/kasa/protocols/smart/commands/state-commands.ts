import type { Command } from '../../../../../domain/command'
import { invalid } from '../../../../../domain/errors'
import { isAsBright, type CommandPlan } from '../../../commands/command-plan'
import { chosenPreset } from '../../../commands/chosen-preset'
import { listOf, numberOf } from '../../../json'
import { isShown, type LightPreset } from '../../../light-presets'
import { effectBrightness } from '../../../readings'
import { presetsOf } from '../settings'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'

type Plan = CommandPlan<SmartTarget>

const FULL_CIRCLE_DEG = 360

export function planSwitch(on: boolean, { switched_children }: SmartTarget, calls: SmartCalls): Plan {
  return {
    send: async () => {
      if (switched_children.length === 0) await calls.ask('set_device_info', { device_on: on })
      for (const child_id of switched_children) await calls.ask('set_device_info', { device_on: on }, child_id)
    },
    isConfirmed: (reading) => reading.on === on,
  }
}

/** Who asks for a brightness wants light; 0 is none. */
export function planBrightness(brightness_pct: number, target: SmartTarget, calls: SmartCalls): Plan {
  if (brightness_pct === 0) return planSwitch(false, target, calls)
  return {
    send: () =>
      isEffectRunning(target)
        ? calls.ask('set_lighting_effect', { brightness: brightness_pct, bAdjusted: true })
        : calls.ask('set_device_info', { device_on: true, brightness: brightness_pct }),
    isConfirmed: (reading) => reading.on === true && reading.brightness_pct === brightness_pct,
  }
}

/** The brightness of the strip itself would end its effect (home-assistant-tapo-p100 #365). */
function isEffectRunning({ on, info }: SmartTarget): boolean {
  return on === true && effectBrightness(info.lighting_effect) !== undefined
}

export function planColor(command: Extract<Command, { name: 'color' }>, calls: SmartCalls): Plan {
  const { saturation_pct, brightness_pct } = command
  const hue_deg = command.hue_deg % FULL_CIRCLE_DEG
  // A colour temperature of 0 is what tells a light to show the colour.
  const color = { device_on: true, hue: hue_deg, saturation: saturation_pct, color_temp: 0 }
  return {
    send: () => calls.ask('set_device_info', { ...color, ...brightnessOf(command) }),
    isConfirmed: (reading) =>
      reading.hue_deg === hue_deg && reading.saturation_pct === saturation_pct && isAsBright(reading, brightness_pct),
  }
}

/** @throws MonitorError `INPUT_INVALID` with the model's own range */
export function planColorTemperature(
  command: Extract<Command, { name: 'color-temperature' }>,
  { info, model }: SmartTarget,
  calls: SmartCalls,
): Plan {
  const { color_temp_k, brightness_pct } = command
  const [minimum, maximum] = listOf(info.color_temp_range).map(numberOf)
  if (color_temp_k < (minimum ?? -Infinity) || color_temp_k > (maximum ?? Infinity)) {
    throw invalid('INPUT_INVALID', 'color_temp_k', color_temp_k, `${minimum} to ${maximum} for ${model}`)
  }
  return {
    send: () => calls.ask('set_device_info', { device_on: true, color_temp: color_temp_k, ...brightnessOf(command) }),
    isConfirmed: (reading) => reading.color_temp_k === color_temp_k && isAsBright(reading, brightness_pct),
  }
}

export function planLightPreset(number: number, target: SmartTarget, calls: SmartCalls): Plan {
  let preset: LightPreset | undefined
  return {
    send: async () => {
      preset = chosenPreset(presetsOf(await calls.ask('get_preset_rules', { start_index: 0 })), number, target)
      const { brightness, color_temp, hue, saturation } = preset
      const tone = hue === undefined ? { color_temp } : { color_temp: 0, hue, saturation }
      return calls.ask('set_device_info', { device_on: true, brightness, ...tone })
    },
    isConfirmed: (reading, { info }) => reading.on === true && preset !== undefined && isShown(preset, info),
  }
}

function brightnessOf({ brightness_pct }: { brightness_pct?: number }): { brightness?: number } {
  return brightness_pct === undefined ? {} : { brightness: brightness_pct }
}

export function planAlias(alias: string, calls: SmartCalls): Plan {
  return {
    send: () => calls.ask('set_device_info', { nickname: Buffer.from(alias).toString('base64') }),
    isConfirmed: (reading) => reading.alias === alias,
  }
}
