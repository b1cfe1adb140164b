import type { CommandPlan } from '../../../commands/command-plan'
import type { IotTarget } from './iot-target'

/** What the library's plugs and bulbs have in common. */
interface AnyDevice {
  setPowerState(on: boolean): Promise<boolean>
  setAlias(alias: string): Promise<boolean>
  reboot(delay_s: number): Promise<unknown>
}

const REBOOT_DELAY_S = 1

export function planSwitch(device: AnyDevice, on: boolean): CommandPlan<IotTarget> {
  return { send: () => device.setPowerState(on), isConfirmed: (reading) => reading.on === on }
}

export function planAlias(device: AnyDevice, alias: string): CommandPlan<IotTarget> {
  return { send: () => device.setAlias(alias), isConfirmed: (reading) => reading.alias === alias }
}

export function planReboot(device: AnyDevice): CommandPlan<IotTarget> {
  return { send: () => device.reboot(REBOOT_DELAY_S) }
}
