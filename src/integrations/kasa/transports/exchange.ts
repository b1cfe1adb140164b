import type { MonitorError } from '../../../domain/errors'
import { Expiring } from './deadline-list'
import { frame } from './xor-codec'

/** What goes to a device, encoded once and sent as often as needed. */
export class Request {
  private xorFrame: Buffer | undefined
  private utf8: Buffer | undefined

  constructor(
    /** JSON. */
    readonly text: string,
    /** Whether sending it twice does no more than sending it once. */
    readonly repeatable: boolean,
    /** Whether the reply says which device it is from. */
    readonly namesDevice: boolean,
  ) {}

  /** As TCP carries it on port 9999; without its first four bytes it is the datagram. */
  get frame(): Buffer {
    return (this.xorFrame ??= frame(this.text))
  }

  /** As the encrypted protocols start from. */
  get bytes(): Buffer {
    return (this.utf8 ??= Buffer.from(this.text))
  }
}

/** Called once, later than the call that began the exchange. Without an error, `reply` is the device's whole text. */
export type ExchangeDone = (error: MonitorError | undefined, reply: string, exchange: Exchange) => void

/** Carries exchanges to one host, one at a time. */
export interface Transport {
  start(exchange: Exchange): void
  /** Ends the exchange that is under way; where it is another, nothing happens. */
  fail(exchange: Exchange, error: MonitorError): void
  onTimeout(exchange: Exchange): void
  /** Closes what is open, without a word to anybody. May be called twice. */
  stop(): void
}

/** One request with its reply. */
export class Exchange extends Expiring {
  /** By the monotonic clock. */
  started_at = 0
  sentAgain = false
  transport: Transport | undefined

  constructor(
    readonly request: Request,
    /** Goes ahead of those that are not. */
    readonly urgent: boolean,
    readonly done: ExchangeDone,
  ) {
    super()
  }

  onDeadline(): void {
    this.transport?.onTimeout(this)
  }
}

/** What a transport tells about the end of an exchange. */
export interface ExchangeOwner {
  onEnd(exchange: Exchange, error: MonitorError | undefined, reply: string): void
}
