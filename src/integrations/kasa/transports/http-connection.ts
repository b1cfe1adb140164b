import type { MonitorError } from '../../../domain/errors'
import { Expiring } from './deadline-list'
import type { Network } from './network'

export interface HttpReply {
  readonly status: number
  /** Valid until the callback returns. */
  readonly body: Buffer
  /** The values of `Set-Cookie`, as received, joined by `;`. */
  readonly cookies: string
}

/** Called once, later than the call that began the request. */
export type HttpDone = (error: MonitorError | undefined, reply: HttpReply | undefined) => void

/**
 * One kept HTTP/1.1 connection over a bare socket, one request at a time. Header names keep their case, which some
 * devices insist on. The deadline of a request is its owner's; the one for connecting is kept here.
 */
export abstract class HttpConnection extends Expiring {
  constructor(
    protected readonly network: Network,
    protected readonly host: string,
    protected readonly port: number,
    protected readonly secure: boolean,
  ) {
    super()
  }

  /** `headers`: further lines, each ended by CRLF; Host, Content-Length and Connection are added. */
  abstract post(path: string, headers: string, body: Buffer, done: HttpDone): void

  /** Whether the request that is under way has a connection. */
  abstract get connected(): boolean

  /** Drops the connection and whatever is under way, without a word. May be called twice. */
  abstract close(): void
}
