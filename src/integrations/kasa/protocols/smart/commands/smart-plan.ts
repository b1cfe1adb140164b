import type { Command } from '../../../../../domain/command'
import { checkAbility, notFor, wantedState, type CommandPlan } from '../../../commands/command-plan'
import { planEffect } from './effect-commands'
import { planFading, planSmoothTransitions } from './fading-commands'
import { planPowerProtection } from './protection-commands'
import { planAutoOff, planAutoUpdate, planChildLock, planCountdown, planLed, planReboot } from './setting-commands'
import type { SmartCalls } from './smart-calls'
import type { SmartTarget } from './smart-target'
import {
  planAlias,
  planBrightness,
  planColor,
  planColorTemperature,
  planLightPreset,
  planSwitch,
} from './state-commands'

/** @throws MonitorError `COMMAND_UNSUPPORTED`, or `INPUT_INVALID` for a value that this model cannot show */
export function planCommand(command: Command, target: SmartTarget, calls: SmartCalls): CommandPlan<SmartTarget> {
  checkAbility(command.name, target)
  switch (command.name) {
    case 'on':
    case 'off':
    case 'toggle':
      return planSwitch(wantedState(command.name, target), target, calls)
    case 'brightness':
      return planBrightness(command.brightness_pct, target, calls)
    case 'color':
      return planColor(command, calls)
    case 'color-temperature':
      return planColorTemperature(command, target, calls)
    case 'effect':
      return planEffect(command, target, calls)
    case 'light-preset':
      return planLightPreset(command.preset, target, calls)
    case 'led':
      return planLed(command.on, calls)
    case 'child-lock':
      return planChildLock(command.on, target, calls)
    case 'reboot':
      return planReboot(calls)
    case 'alias':
      return planAlias(command.alias, calls)
    case 'countdown':
      return planCountdown(command, calls)
    case 'auto-off':
      return planAutoOff(command.delay_min, calls)
    case 'auto-update':
      return planAutoUpdate(command.on, calls)
    case 'smooth-transitions':
      return planSmoothTransitions(command.on, calls)
    case 'smooth-on':
      return planFading('on_state', command.transition_s, target, calls)
    case 'smooth-off':
      return planFading('off_state', command.transition_s, target, calls)
    case 'power-protection':
      return planPowerProtection(command.limit_w, target, calls)
    case 'motion-sensor':
      throw notFor(command.name, target)
  }
}
