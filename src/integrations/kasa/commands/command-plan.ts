import { FEATURE_BY_COMMAND, unsupportedCommand, type Command } from '../../../domain/command'
import type { DeviceFeature, DeviceKind } from '../../../domain/device'
import { MonitorError } from '../../../domain/errors'
import type { Reading } from '../../../domain/reading'

/** What a command acts on, as the device described it just before. */
export interface CommandTarget {
  readonly device_id: string
  readonly kind: DeviceKind
  readonly model: string
  readonly features: readonly DeviceFeature[]
  readonly on: boolean | undefined
  /** An outlet of a strip, or another part that has no power supply of its own. */
  readonly isPart: boolean
}

/** A target with its reading, where one question gave both. */
export interface Seen<Target extends CommandTarget> {
  readonly target: Target
  readonly reading: Reading | undefined
}

/** A command ready to go: how to send it, and how to see afterwards that it took effect. */
export interface CommandPlan<Target extends CommandTarget> {
  send(): Promise<unknown>
  /** Absent where the device's own "done" must do, because it goes down. */
  readonly isConfirmed?: (reading: Reading, target: Target) => boolean | Promise<boolean>
}

/** How a text gets to the device and its answer back. */
export type Send = (text: string) => Promise<string>

/** What one protocol brings to a command. */
export interface CommandProtocol<Target extends CommandTarget> {
  /** Asks the device what it is, and how. Fails with `DEVICE_UNKNOWN` where the host has no such outlet. */
  lookAt(device_id: string | undefined): Promise<Seen<Target>>
  /** Asks for the state after a command. */
  lookAgain(target: Target): Promise<Seen<Target>>
  /** @throws MonitorError `COMMAND_UNSUPPORTED`, or `INPUT_INVALID` for a value that this model cannot show */
  plan(command: Command, target: Target, send: Send): CommandPlan<Target>
  /** What a plan threw, as an error of ours. */
  meaningOf(thrown: unknown, command: Command, device_id: string | undefined): MonitorError
}

/** Whether a light shows the brightness that came with a command; any, where none did. */
export function isAsBright(reading: Reading, brightness_pct: number | undefined): boolean {
  return brightness_pct === undefined || reading.brightness_pct === brightness_pct
}

/** @throws MonitorError `COMMAND_UNSUPPORTED` */
export function checkAbility(command: Command['name'], target: CommandTarget): void {
  const needed = FEATURE_BY_COMMAND[command]
  const isMissing = needed !== undefined && !target.features.includes(needed)
  if (isMissing || (command === 'reboot' && target.isPart)) throw notFor(command, target)
}

export function notFor(command: Command['name'], target: CommandTarget): MonitorError {
  return unsupportedCommand(command, target.model, target.device_id)
}

/** Toggling is resolved here, so that a request sent twice cannot undo itself. */
export function wantedState(name: 'on' | 'off' | 'toggle', target: CommandTarget): boolean {
  if (name !== 'toggle') return name === 'on'
  if (target.on !== undefined) return !target.on
  throw new MonitorError('REPLY_INVALID', `${target.device_id} does not say whether it is on`)
}
