import { MonitorError, toMonitorError, type ErrorCode } from '../../../domain/errors'
import { numberOf, parseObject } from '../json'
import type { LinkOptions } from '../link'
import type { Exchange, ExchangeOwner, Transport } from './exchange'
import { HttpConnection, type HttpReply } from './http-connection'
import { TpapHandshake, type TpapAgreement } from './tpap-handshake'

const HEADERS = 'Accept: */*\r\nContent-Type: application/octet-stream\r\n'
const OK = 200
/** What devices answer who do not know the session. */
const NO_SESSION: ReadonlySet<number> = new Set([401, 403, 404])
/** An error in plain text is shorter. */
const ERROR_BYTES = 512

/** TPAP over HTTP: a session by a login with SPAKE2+, kept as long as the device keeps it. */
export class Tpap implements Transport {
  private readonly http: HttpConnection
  private handshake: TpapHandshake | undefined
  private agreement: TpapAgreement | undefined
  private current: Exchange | undefined
  /** Whether the exchange that is under way has lost one session already. */
  private isRenewed = false

  constructor(
    private readonly options: LinkOptions,
    private readonly owner: ExchangeOwner,
  ) {
    const { network, host, dialect } = options
    this.http = new HttpConnection(network, host, dialect.port, dialect.secure)
  }

  start(exchange: Exchange): void {
    const { clock, replies } = this.options.network
    this.current = exchange
    this.isRenewed = false
    exchange.started_at = clock.monotonic()
    replies.add(exchange, exchange.started_at)
    if (this.agreement && !this.agreement.session.isUsedUp) this.ask(this.agreement, exchange)
    else this.shakeHands()
  }

  fail(exchange: Exchange, error: MonitorError): void {
    if (exchange !== this.current) return
    this.close()
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
    this.close()
  }

  private shakeHands(): void {
    const { host, logins } = this.options
    this.agreement = undefined
    this.handshake = new TpapHandshake(this.http, host, logins, this.onAgreement)
    this.handshake.start()
  }

  private readonly onAgreement = (error: MonitorError | undefined, agreement: TpapAgreement | undefined): void => {
    this.handshake = undefined
    this.agreement = agreement
    if (agreement && this.current) this.ask(agreement, this.current)
    else this.end(error, '')
  }

  private ask({ session, token }: TpapAgreement, { request }: Exchange): void {
    this.http.post(`/stok=${token}/ds`, HEADERS, session.seal(request.bytes), this.onReply, request.repeatable)
  }

  private readonly onReply = (error: MonitorError | undefined, reply: HttpReply | undefined): void => {
    const { agreement } = this
    if (!agreement) return
    if (!reply) this.lose(error)
    else if (reply.status === OK) this.read(agreement, reply.body)
    else if (NO_SESSION.has(reply.status)) this.renew(`HTTP status ${reply.status}`)
    else this.lose(this.error('REPLY_INVALID', `the device answers with HTTP status ${reply.status}`))
  }

  private read({ session }: TpapAgreement, body: Buffer): void {
    let text: string
    try {
      text = session.open(body)
    } catch (thrown) {
      const refused = refusalIn(body)
      const { code, message } = toMonitorError(thrown)
      if (refused === undefined) this.lose(this.error(code, message))
      else this.renew(String(refused))
      return
    }
    this.end(undefined, text)
  }

  /** Once per exchange. A device that did not accept the session has not acted on the request. */
  private renew(reason: string): void {
    if (this.isRenewed) {
      this.lose(this.error('SESSION_REFUSED', `no session lasts here (${reason})`))
    } else {
      this.isRenewed = true
      this.shakeHands()
    }
  }

  /** Numbers and keys are in doubt after a failure. */
  private lose(error: MonitorError | undefined): void {
    this.agreement = undefined
    this.end(error, '')
  }

  private end(error: MonitorError | undefined, reply: string): void {
    const exchange = this.current
    if (!exchange) return
    this.current = undefined
    this.options.network.replies.delete(exchange)
    this.owner.onEnd(exchange, error, reply)
  }

  private close(): void {
    this.handshake?.stop()
    this.handshake = undefined
    this.agreement = undefined
    this.http.close()
  }

  private error(code: ErrorCode, text: string): MonitorError {
    const { host } = this.options
    return new MonitorError(code, `${host}: ${text}`, { details: { host } })
  }
}

/** The error that a device says in plain text. It is looked for last: cipher text may begin like JSON. */
function refusalIn(body: Buffer): number | undefined {
  if (body.length > ERROR_BYTES) return undefined
  try {
    return numberOf(parseObject(body.toString()).error_code) || undefined
  } catch {
    return undefined
  }
}
