import { MonitorError } from '../../../domain/errors'
import type { LinkOptions } from '../link'
import type { Exchange, ExchangeOwner, Transport } from './exchange'

/** KLAP over HTTP, with the hashes of both versions. */
export class Klap implements Transport {
  constructor(
    private readonly options: LinkOptions,
    private readonly owner: ExchangeOwner,
  ) {}

  start(exchange: Exchange): void {
    const error = new MonitorError('DEVICE_UNSUPPORTED', `${this.options.host}: klap is not spoken yet`)
    queueMicrotask(() => this.owner.onEnd(exchange, error, ''))
  }

  fail(exchange: Exchange, error: MonitorError): void {
    this.owner.onEnd(exchange, error, '')
  }

  onTimeout(exchange: Exchange): void {
    this.owner.onEnd(exchange, new MonitorError('REPLY_TIMEOUT', 'no reply'), '')
  }

  stop(): void {}
}
