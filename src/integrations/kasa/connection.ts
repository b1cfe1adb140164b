import type { Random } from '../../domain/clock'
import type { Command } from '../../domain/command'
import type { Device } from '../../domain/device'
import { MonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { Connection, PollDone, PollOutcome } from '../integration'
import { CommandRun } from './commands/command-run'
import { describeDevices } from './describe'
import { DeviceReader, type ReadDone } from './device-reader'
import { IotDevice, type DeviceOutcome } from './protocols/iot-device'
import type { Transport } from './transports/exchange'
import type { Network } from './transports/network'
import { RequestQueue } from './transports/request-queue'
import type { UdpSockets } from './transports/udp-sockets'
import { XorTcp } from './transports/xor-tcp'
import { XorUdp } from './transports/xor-udp'

/** What all connections of one session share. */
export interface ConnectionOptions {
  readonly network: Network
  readonly random: Random
  readonly command_ms: number
  /** Where given, polls go as datagrams. */
  readonly datagrams: UdpSockets | undefined
  readonly onStop: (connection: KasaConnection) => void
}

/** One host of the older Kasa protocol. */
export class KasaConnection implements Connection {
  private readonly device: IotDevice
  private readonly queue: RequestQueue
  private readonly reader: DeviceReader
  private readonly stream: XorTcp
  private readonly datagram: XorUdp | undefined
  private runs: Set<CommandRun> | undefined
  private stopped = false

  constructor(
    private readonly options: ConnectionOptions,
    readonly host: string,
    port: number,
    device_id: string | undefined,
  ) {
    const { network, datagrams } = options
    this.device = new IotDevice(host, device_id)
    this.queue = new RequestQueue(({ urgent, request }): Transport => {
      return this.datagram && request.namesDevice && !urgent ? this.datagram : this.stream
    })
    this.stream = new XorTcp(network, this.queue, host, port)
    this.datagram = datagrams && new XorUdp(network, datagrams, this.queue, host, port)
    this.reader = new DeviceReader(host, this.device, network, this.queue, options.random)
  }

  describe(): Promise<readonly Device[]> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return reject(this.closed())
      this.reader.readIdentity(false, (error, outcome) => {
        if (outcome) resolve(describeDevices(outcome.sysinfo, this.host))
        else reject(error ?? this.closed())
      })
    })
  }

  poll(device_id: string | undefined, done: PollDone): void {
    if (this.stopped) {
      queueMicrotask(() => done(this.closed(), undefined))
    } else if (device_id === undefined || device_id === this.device.device_id) {
      this.reader.readDevice(false, (error, outcome) => done(error, pollOutcome(outcome)))
    } else if (this.device.device_id !== undefined) {
      this.pollOutlet(device_id, done)
    } else {
      this.reader.readDevice(false, (error, outcome) => {
        if (error || device_id === this.device.device_id) done(error, pollOutcome(outcome))
        else this.pollOutlet(device_id, done)
      })
    }
  }

  command(device_id: string | undefined, command: Command): Promise<Reading> {
    if (this.stopped) return Promise.reject(this.closed())
    const { network, command_ms } = this.options
    const { host, queue, reader, device } = this
    const run = new CommandRun({ host, network, queue, reader, device, command_ms }, device_id, command)
    const runs = (this.runs ??= new Set())
    runs.add(run)
    return run.run().finally(() => runs.delete(run))
  }

  stop(): void {
    if (this.stopped) return
    this.stopped = true
    const error = this.closed()
    for (const run of this.runs ?? []) run.end(error)
    this.queue.close(error)
    this.stream.stop()
    this.datagram?.stop()
    this.options.onStop(this)
  }

  private pollOutlet(device_id: string, done: PollDone): void {
    const finish: ReadDone<Reading> = (error, reading) => done(error, reading && { readings: [reading] })
    this.reader.readOutlet(device_id, false, finish)
  }

  private closed(): MonitorError {
    return new MonitorError('CLOSED', `${this.host}: the connection is closed`, { details: { host: this.host } })
  }
}

/** The device's own words stay inside: they hold its location. */
function pollOutcome(outcome: DeviceOutcome | undefined): PollOutcome | undefined {
  return outcome && { readings: outcome.readings, changed_outlets: outcome.changed_outlets }
}
