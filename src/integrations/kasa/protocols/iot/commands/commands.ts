import type { Command } from '../../../../../domain/command'
import type { DeviceFeature } from '../../../../../domain/device'
import { featuresOf, isLight, outletFeaturesOf } from '../sysinfo'
import { notFor, type CommandPlan, type CommandTarget } from './command-plan'
import { bulbOf, plugOf, type Send } from './library-device'
import { planForLight } from './light-commands'
import { planForPlug } from './plug-commands'

const NEEDED_FEATURE: { readonly [Name in Command['name']]?: DeviceFeature } = {
  brightness: 'brightness',
  color: 'color',
  'color-temperature': 'color-temperature',
  led: 'led',
  countdown: 'countdown',
  effect: 'effect',
  'auto-off': 'auto-off',
}

/** @throws MonitorError `COMMAND_UNSUPPORTED`, or `INPUT_INVALID` for a value that this model cannot show */
export function planCommand(command: Command, target: CommandTarget, send: Send): CommandPlan {
  const { kind, sysinfo, outlet } = target
  const features = outlet ? outletFeaturesOf(sysinfo) : featuresOf(sysinfo, kind)
  const needed = NEEDED_FEATURE[command.name]
  if (needed !== undefined && !features.includes(needed)) throw notFor(command.name, target)
  if (command.name === 'reboot' && outlet) throw notFor(command.name, target)
  if (isLight(kind)) return planForLight(command, target, bulbOf(sysinfo, kind === 'light-strip', send))
  return planForPlug(command, target, plugOf(sysinfo, outlet, send))
}
