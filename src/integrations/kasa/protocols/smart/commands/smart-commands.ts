import type { Command } from '../../../../../domain/command'
import { MonitorError, toMonitorError } from '../../../../../domain/errors'
import type { Reading } from '../../../../../domain/reading'
import type { CommandPlan, CommandProtocol, Seen, Send } from '../../../commands/command-plan'
import { promised } from '../../../commands/promised'
import { booleanOf, modelOf } from '../device-info'
import { featuresOf } from '../describe'
import { isOffline } from '../normalise'
import type { SmartDevice, SmartOutcome } from '../smart-device'
import type { Method } from '../smart-query'
import type { SmartReader } from '../smart-reader'
import { SmartCalls } from './smart-calls'
import { planCommand } from './smart-plan'
import type { SmartTarget } from './smart-target'

/** What a command changes of a device's details, where these are not in every answer. */
const ASKED_AGAIN: { readonly [Name in Command['name']]?: Method } = {
  led: 'get_led_info',
  'auto-off': 'get_auto_off_config',
  'child-lock': 'get_child_protection',
  'auto-update': 'get_auto_update_info',
  'smooth-transitions': 'get_on_off_gradually_info',
  'smooth-on': 'get_on_off_gradually_info',
  'smooth-off': 'get_on_off_gradually_info',
  'power-protection': 'get_protection_power',
}

export interface SmartCommandsOptions {
  readonly host: string
  readonly device: SmartDevice
  readonly reader: SmartReader
  /** Told of what a device says about the whole conversation, before the command ends. */
  readonly onFailure: (error: MonitorError) => void
}

/** Commands in the words of the newer protocol. */
export class SmartCommands implements CommandProtocol<SmartTarget> {
  constructor(private readonly options: SmartCommandsOptions) {}

  async lookAt(device_id: string | undefined): Promise<Seen<SmartTarget>> {
    const { reader, device } = this.options
    const outcome = await promised<SmartOutcome>((done) => reader.readState(true, done))
    if (device_id === undefined || device_id === device.device_id) return this.ownIn(outcome)
    return { target: this.child(device_id), reading: undefined }
  }

  async lookAgain({ device_id, child_id }: SmartTarget): Promise<Seen<SmartTarget>> {
    const { reader } = this.options
    if (child_id === undefined) return this.ownIn(await promised((done) => reader.readDevice(true, done)))
    const reading = await promised<Reading>((done) => reader.readChild(device_id, true, done))
    return { target: this.child(device_id), reading }
  }

  plan(command: Command, target: SmartTarget, send: Send): CommandPlan<SmartTarget> {
    const { device, onFailure } = this.options
    const plan = planCommand(command, target, new SmartCalls(send, command.name, target, onFailure))
    const method = ASKED_AGAIN[command.name]
    if (!method) return plan
    return { ...plan, send: () => plan.send().finally(() => device.askAgain(target.device_id, method)) }
  }

  meaningOf(thrown: unknown): MonitorError {
    const { host } = this.options
    const error = toMonitorError(thrown, 'REPLY_INVALID')
    if (error.details.host !== undefined) return error
    const details = { ...error.details, host }
    return new MonitorError(error.code, `${host}: ${error.message}`, { cause: error, details })
  }

  private ownIn({ info, readings }: SmartOutcome): Seen<SmartTarget> {
    const { device } = this.options
    const [described] = device.describe(info)
    const [reading] = readings
    if (!described) throw new MonitorError('REPLY_INVALID', 'another device answers than before')
    const { device_id, kind, model, features } = described
    const own = { device_id, kind, model, features, on: reading?.on, info }
    const switched_children = info.device_on === undefined && kind === 'strip' ? this.switches() : []
    return { target: { ...own, isPart: false, child_id: undefined, switched_children }, reading }
  }

  private child(device_id: string): SmartTarget {
    const { device, reader } = this.options
    const child = device.child(device_id)
    if (!child || isOffline(child.info)) throw reader.missing(device_id)
    const { kind, info } = child
    const on = booleanOf(info.device_on)
    const part = { device_id, kind, model: modelOf(info), features: featuresOf(child), on, info }
    return { ...part, isPart: true, child_id: device_id, switched_children: [] }
  }

  /** Of a strip. */
  private switches(): string[] {
    const children = [...(this.options.device.profile?.children?.all ?? [])]
    return children.filter(({ on }) => on !== undefined).map(({ device_id }) => device_id)
  }
}
