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
import { XorUdp } from '../../transports/xor-udp'
import { IotCommands } from './commands/iot-commands'
import type { IotTarget } from './commands/iot-target'
import { describeDevices } from './describe'
import { IotDevice, type DeviceOutcome } from './iot-device'
import { IotReader } from './iot-reader'
import { RecordedDays } from './recorded-days'

const NO_DETAILS: readonly DeviceDetails[] = []

/** One host of the older Kasa commands, over whatever transport. */
export class IotLink implements Link {
  private readonly device: IotDevice
  private readonly queue: RequestQueue
  private readonly reader: IotReader
  private readonly stream: Transport
  private readonly datagram: XorUdp | undefined
  /** Most devices are never commanded. */
  private commands: CommandRuns<IotTarget> | undefined

  constructor(private readonly options: LinkOptions) {
    const { host, dialect, device_id, network, datagrams, random, onFailure } = options
    this.device = new IotDevice(host, device_id)
    this.queue = new RequestQueue(({ urgent, request }): Transport => {
      return this.datagram && request.namesDevice && !urgent ? this.datagram : this.stream
    }, onFailure)
    this.stream = createTransport(options, this.queue)
    if (datagrams && dialect.transport === 'xor') {
      this.datagram = new XorUdp(network, datagrams, this.queue, host, dialect.port)
    }
    this.reader = new IotReader(host, this.device, network, this.queue, random)
  }

  get dialect(): Dialect {
    return this.options.dialect
  }

  describe(done: Done<readonly Device[]>): void {
    this.reader.readIdentity(false, (error, outcome) => {
      if (outcome) this.device.takeOtherwise()
      done(error, outcome && describeDevices(outcome.sysinfo, this.options.host))
    })
  }

  poll(device_id: string | undefined, done: PollDone): void {
    if (device_id === undefined || device_id === this.device.device_id) {
      this.reader.readDevice(false, (error, outcome) => done(error, outcome && this.outcomeOf(outcome)))
    } else if (this.device.device_id !== undefined) {
      this.pollOutlet(device_id, done)
    } else {
      this.reader.readDevice(false, (error, outcome) => {
        if (error || device_id === this.device.device_id) done(error, outcome && this.outcomeOf(outcome))
        else this.pollOutlet(device_id, done)
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
    return new RecordedDays(host, this.device, this.reader, network.clock).read(device_id, from, to)
  }

  stop(error: MonitorError): void {
    this.commands?.stop(error)
    this.queue.close(error)
    this.stream.stop()
    this.datagram?.stop()
  }

  private createCommands(): CommandRuns<IotTarget> {
    const { network, command_ms, host } = this.options
    const { queue, reader, device } = this
    return new CommandRuns({ host, network, queue, command_ms }, new IotCommands(host, device, reader))
  }

  private pollOutlet(device_id: string, done: PollDone): void {
    const finish: Done<Reading> = (error, reading) => done(error, reading && { readings: [reading] })
    this.reader.readOutlet(device_id, false, finish)
  }

  /** The device's own words stay inside: they hold its location. */
  private outcomeOf({ readings, changed_outlets }: DeviceOutcome): PollOutcome {
    const description_changed = this.device.takeOtherwise()
    const details = this.device.takeDetails()
    return {
      ...{ readings, changed_outlets },
      ...(description_changed ? { description_changed } : {}),
      ...(details ? { details } : {}),
    }
  }
}
