import type { Command } from '../../../../domain/command'
import type { Device } from '../../../../domain/device'
import type { DeviceDetails } from '../../../../domain/device-details'
import type { MonitorError } from '../../../../domain/errors'
import type { Reading } from '../../../../domain/reading'
import type { RecordedEnergy } from '../../../../domain/recorded-energy'
import type { PollDone, PollOutcome } from '../../../integration'
import { CommandRuns } from '../../commands/command-runs'
import type { Dialect } from '../../dialect'
import type { Done, Link, LinkOptions } from '../../link'
import { createTransport } from '../../transports/create-transport'
import type { Transport } from '../../transports/exchange'
import { RequestQueue } from '../../transports/request-queue'
import { SmartCommands } from './commands/smart-commands'
import type { SmartTarget } from './commands/smart-target'
import { RecordedHistory } from './recorded-history'
import { SmartDevice, type SmartOutcome } from './smart-device'
import { SmartReader } from './smart-reader'

const NO_DETAILS: readonly DeviceDetails[] = []

/** One host of the newer Kasa and the Tapo commands. */
export class SmartLink implements Link {
  private readonly device: SmartDevice
  private readonly queue: RequestQueue
  private readonly transport: Transport
  private readonly reader: SmartReader
  /** Most devices are never commanded. */
  private commands: CommandRuns<SmartTarget> | undefined

  constructor(private readonly options: LinkOptions) {
    const { host, device_id, network, onFailure } = options
    this.device = new SmartDevice(host, device_id)
    this.queue = new RequestQueue((): Transport => this.transport, onFailure)
    this.transport = createTransport(options, this.queue)
    this.reader = new SmartReader({ host, device: this.device, network, queue: this.queue, onFailure })
  }

  get dialect(): Dialect {
    return this.options.dialect
  }

  describe(done: Done<readonly Device[]>): void {
    this.reader.meet(false, (error, info) => {
      if (info) this.device.takeOtherwise()
      done(error, info && this.device.describe(info))
    })
  }

  poll(device_id: string | undefined, done: PollDone): void {
    if (device_id === undefined || device_id === this.device.device_id) {
      this.reader.readDevice(false, (error, outcome) => done(error, outcome && this.outcomeOf(outcome)))
    } else if (this.device.device_id !== undefined) {
      this.pollChild(device_id, done)
    } else {
      this.reader.readDevice(false, (error, outcome) => {
        if (error || device_id === this.device.device_id) done(error, outcome && this.outcomeOf(outcome))
        else this.pollChild(device_id, done)
      })
    }
  }

  command(device_id: string | undefined, command: Command): Promise<Reading> {
    this.commands ??= this.createCommands()
    return this.commands.start(device_id, command)
  }

  changedDetails(): readonly DeviceDetails[] {
    return this.device.takeDetails() ?? NO_DETAILS
  }

  recordedEnergy(device_id: string | undefined, from: number, to: number): Promise<readonly RecordedEnergy[]> {
    const { host, network } = this.options
    return new RecordedHistory(host, this.device, this.reader, network.clock).read(device_id, from, to)
  }

  stop(error: MonitorError): void {
    this.commands?.stop(error)
    this.queue.close(error)
    this.transport.stop()
  }

  private createCommands(): CommandRuns<SmartTarget> {
    const { host, network, command_ms, onFailure } = this.options
    const { queue, reader, device } = this
    const protocol = new SmartCommands({ host, device, reader, onFailure })
    return new CommandRuns({ host, network, queue, command_ms }, protocol)
  }

  private pollChild(device_id: string, done: PollDone): void {
    this.reader.pollChild(device_id, false, (error, outcome) => {
      const details = outcome && this.device.takeDetails()
      done(error, outcome && details ? { ...outcome, details } : outcome)
    })
  }

  /** The device's own words stay inside: they hold its location. */
  private outcomeOf({ readings, changed_outlets }: SmartOutcome): PollOutcome {
    const description_changed = this.device.takeOtherwise()
    const details = this.device.takeDetails()
    return {
      ...{ readings, changed_outlets },
      ...(description_changed ? { description_changed } : {}),
      ...(details ? { details } : {}),
    }
  }
}
