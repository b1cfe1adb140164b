import { MonitorError, type ErrorCode } from '../../../domain/errors'
import type { LinkOptions } from '../link'
import type { Exchange, ExchangeOwner, Transport } from './exchange'
import { HttpConnection } from './http-connection'

/** What transports have in common that speak in sessions over HTTP: a kept connection, and one deadline per exchange. */
export abstract class HttpTransport implements Transport {
  protected readonly http: HttpConnection
  protected current: Exchange | undefined

  constructor(
    protected readonly options: LinkOptions,
    private readonly owner: ExchangeOwner,
  ) {
    const { network, host, dialect } = options
    this.http = new HttpConnection(network, host, dialect.port, dialect.secure)
  }

  start(exchange: Exchange): void {
    const { clock, replies } = this.options.network
    this.current = exchange
    exchange.started_at = clock.monotonic()
    replies.add(exchange, exchange.started_at)
    this.begin(exchange)
  }

  fail(exchange: Exchange, error: MonitorError): void {
    if (exchange !== this.current) return
    this.http.close()
    this.end(error, '')
  }

  onTimeout(exchange: Exchange): void {
    const error = this.http.connected
      ? this.error('REPLY_TIMEOUT', 'no complete reply in time')
      : this.error('CONNECT_TIMEOUT', 'no connection in time')
    this.fail(exchange, error)
  }

  stop(): void {
    if (this.current) this.options.network.replies.delete(this.current)
    this.current = undefined
    this.endSession()
    this.http.close()
  }

  /** Sends the exchange, in a new session where there is none. */
  protected abstract begin(exchange: Exchange): void

  protected abstract endSession(): void

  /** After an error nobody knows what the device thinks of the session. */
  protected end(error: MonitorError | undefined, reply: string): void {
    const exchange = this.current
    if (!exchange) return
    if (error) this.endSession()
    this.current = undefined
    this.options.network.replies.delete(exchange)
    this.owner.onEnd(exchange, error, reply)
  }

  protected error(code: ErrorCode, text: string): MonitorError {
    const { host } = this.options
    return new MonitorError(code, `${host}: ${text}`, { details: { host } })
  }
}
