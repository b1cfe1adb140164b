import type { Command } from '../../../../domain/command'
import type { Device } from '../../../../domain/device'
import { MonitorError } from '../../../../domain/errors'
import type { Reading } from '../../../../domain/reading'
import type { PollDone, PollOutcome } from '../../../integration'
import type { Dialect } from '../../dialect'
import type { Done, Link, LinkOptions } from '../../link'
import { createTransport } from '../../transports/create-transport'
import type { Transport } from '../../transports/exchange'
import { RequestQueue } from '../../transports/request-queue'
import { SmartDevice, type SmartOutcome } from './smart-device'
import { SmartReader } from './smart-reader'

/** One host of the newer Kasa and the Tapo commands. */
export class SmartLink implements Link {
  private readonly device: SmartDevice
  private readonly queue: RequestQueue
  private readonly transport: Transport
  private readonly reader: SmartReader

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
    this.reader.meet(false, (error, info) => done(error, info && this.device.describe(info)))
  }

  poll(device_id: string | undefined, done: PollDone): void {
    if (device_id === undefined || device_id === this.device.device_id) {
      this.reader.readDevice(false, (error, outcome) => done(error, pollOutcome(outcome)))
    } else if (this.device.device_id !== undefined) {
      this.pollChild(device_id, done)
    } else {
      this.reader.readDevice(false, (error, outcome) => {
        if (error || device_id === this.device.device_id) done(error, pollOutcome(outcome))
        else this.pollChild(device_id, done)
      })
    }
  }

  command(_device_id: string | undefined, _command: Command): Promise<Reading> {
    return Promise.reject(new MonitorError('DEVICE_UNSUPPORTED', `${this.options.host} takes no commands yet`))
  }

  stop(error: MonitorError): void {
    this.queue.close(error)
    this.transport.stop()
  }

  private pollChild(device_id: string, done: PollDone): void {
    this.reader.readChild(device_id, false, (error, reading) => done(error, reading && { readings: [reading] }))
  }
}

/** The device's own words stay inside: they hold its location. */
function pollOutcome(outcome: SmartOutcome | undefined): PollOutcome | undefined {
  if (!outcome) return undefined
  const { readings, changed_outlets, outlets_changed } = outcome
  return { readings, changed_outlets, ...(outlets_changed ? { outlets_changed } : {}) }
}
