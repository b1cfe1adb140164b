import { unsupportedCommand, type Command } from '../../../../../domain/command'
import type { DeviceKind } from '../../../../../domain/device'
import { MonitorError } from '../../../../../domain/errors'
import type { Reading } from '../../../../../domain/reading'
import { modelOf, type OutletState, type Sysinfo } from '../sysinfo'

/** What a command acts on, as the device described it just before. */
export interface CommandTarget {
  readonly device_id: string
  readonly kind: DeviceKind
  readonly sysinfo: Sysinfo
  readonly on: boolean | undefined
  readonly outlet: OutletState | undefined
}

/** A command ready to go: how to send it, and how to see afterwards that it took effect. */
export interface CommandPlan {
  send(): Promise<unknown>
  /** Absent where the device's own "done" must do, because it goes down. */
  readonly isConfirmed?: (reading: Reading, sysinfo: Sysinfo) => boolean | Promise<boolean>
}

/** What the library's plugs and bulbs have in common. */
interface AnyDevice {
  setPowerState(on: boolean): Promise<boolean>
  setAlias(alias: string): Promise<boolean>
  reboot(delay_s: number): Promise<unknown>
}

const REBOOT_DELAY_S = 1

export function planSwitch(device: AnyDevice, on: boolean): CommandPlan {
  return { send: () => device.setPowerState(on), isConfirmed: (reading) => reading.on === on }
}

export function planAlias(device: AnyDevice, alias: string): CommandPlan {
  return { send: () => device.setAlias(alias), isConfirmed: (reading) => reading.alias === alias }
}

export function planReboot(device: AnyDevice): CommandPlan {
  return { send: () => device.reboot(REBOOT_DELAY_S) }
}

/** Toggling is resolved here, so that a request sent twice cannot undo itself. */
export function wantedState(name: 'on' | 'off' | 'toggle', target: CommandTarget): boolean {
  if (name !== 'toggle') return name === 'on'
  if (target.on !== undefined) return !target.on
  throw new MonitorError('REPLY_INVALID', `${target.device_id} does not say whether it is on`)
}

export function notFor(command: Command['name'], target: CommandTarget): MonitorError {
  return unsupportedCommand(command, modelOf(target.sysinfo), target.device_id)
}
