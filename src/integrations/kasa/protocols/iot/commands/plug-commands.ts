import type { Plug } from 'tplink-smarthome-api'
import type { Command } from '../../../../../domain/command'
import { flagOf, listOf, numberOf, objectOf, type JsonObject } from '../../../json'
import { notFor, wantedState, type CommandPlan } from '../../../commands/command-plan'
import { planAlias, planReboot, planSwitch } from './common-commands'
import type { IotTarget } from './iot-target'

const MOTION_MODULE = 'smartlife.iot.PIR'

/** @throws MonitorError `COMMAND_UNSUPPORTED` */
export function planForPlug(
  command: Command,
  target: IotTarget,
  plug: Plug,
  learnMotionSensor: (config: JsonObject | undefined) => void,
): CommandPlan<IotTarget> {
  switch (command.name) {
    case 'on':
    case 'off':
    case 'toggle':
      return planSwitch(plug, wantedState(command.name, target))
    case 'brightness':
      return planBrightness(command.brightness_pct, target, plug)
    case 'led':
      return planLed(command.on, plug)
    case 'countdown':
      return planCountdown(command, plug)
    case 'motion-sensor':
      return planMotionSensor(command.on, plug, learnMotionSensor)
    case 'alias':
      return planAlias(plug, command.alias)
    case 'reboot':
      return planReboot(plug)
    case 'color':
    case 'color-temperature':
    case 'effect':
    case 'auto-off':
    case 'child-lock':
    case 'auto-update':
    case 'smooth-transitions':
    case 'smooth-on':
    case 'smooth-off':
    case 'power-protection':
    case 'light-preset':
      throw notFor(command.name, target)
  }
}

/** A dimmer takes a brightness without switching on, and who asks for one wants light. */
function planBrightness(brightness_pct: number, target: IotTarget, plug: Plug): CommandPlan<IotTarget> {
  if (brightness_pct === 0) return planSwitch(plug, false)
  return {
    send: async () => {
      await plug.dimmer.setBrightness(brightness_pct)
      if (!target.on) await plug.setPowerState(true)
    },
    isConfirmed: (reading) => reading.on === true && reading.brightness_pct === brightness_pct,
  }
}

function planLed(on: boolean, plug: Plug): CommandPlan<IotTarget> {
  return {
    send: () => plug.setLedState(on),
    isConfirmed: (_reading, { sysinfo }) => flagOf(sysinfo.led_off) === !on,
  }
}

/** How it is set stands in no other answer. */
function planMotionSensor(
  on: boolean,
  plug: Plug,
  learn: (config: JsonObject | undefined) => void,
): CommandPlan<IotTarget> {
  return {
    send: () => plug.sendCommand({ [MOTION_MODULE]: { set_enable: { enable: on ? 1 : 0 } } }),
    isConfirmed: async () => {
      const config = objectOf(await plug.sendCommand({ [MOTION_MODULE]: { get_config: {} } }))
      learn(config)
      return flagOf(config?.enable) === on
    },
  }
}

/** A device keeps one countdown: the new one takes the place of the old. */
function planCountdown({ delay_s, on }: { delay_s: number; on: boolean }, plug: Plug): CommandPlan<IotTarget> {
  return {
    send: () => plug.timer.addRule({ delay: delay_s, powerState: on, enable: true, deleteExisting: true }),
    isConfirmed: async () => hasCountdown(await plug.timer.getRules(), on),
  }
}

function hasCountdown(rules: unknown, on: boolean): boolean {
  return listOf(objectOf(rules)?.rule_list).some((item) => {
    const rule = objectOf(item)
    return numberOf(rule?.enable) === 1 && flagOf(rule?.act) === on
  })
}
