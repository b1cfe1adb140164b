import type { Command } from '../../../../domain/command'
import type { Device } from '../../../../domain/device'
import { MonitorError } from '../../../../domain/errors'
import type { Reading } from '../../../../domain/reading'
import type { PollDone } from '../../../integration'
import type { Dialect } from '../../dialect'
import type { Done, Link, LinkOptions } from '../../link'

/** One host of the newer Kasa and the Tapo commands. */
export class SmartLink implements Link {
  constructor(private readonly options: LinkOptions) {}

  get dialect(): Dialect {
    return this.options.dialect
  }

  describe(done: Done<readonly Device[]>): void {
    queueMicrotask(() => done(this.missing(), undefined))
  }

  poll(_device_id: string | undefined, done: PollDone): void {
    queueMicrotask(() => done(this.missing(), undefined))
  }

  command(_device_id: string | undefined, _command: Command): Promise<Reading> {
    return Promise.reject(this.missing())
  }

  stop(): void {}

  private missing(): MonitorError {
    return new MonitorError('DEVICE_UNSUPPORTED', `${this.options.host}: smart is not spoken yet`)
  }
}
