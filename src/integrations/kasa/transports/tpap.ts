import { toMonitorError, type MonitorError } from '../../../domain/errors'
import { numberOf, parseObject } from '../json'
import type { Exchange } from './exchange'
import type { HttpReply } from './http-connection'
import { HttpTransport } from './http-transport'
import { TpapHandshake, type TpapAgreement } from './tpap-handshake'

const HEADERS = 'Accept: */*\r\nContent-Type: application/octet-stream\r\n'
const OK = 200
/** What devices answer who do not know the session. */
const NO_SESSION: ReadonlySet<number> = new Set([401, 403, 404])
/** An error in plain text is shorter. */
const ERROR_BYTES = 512

/** TPAP over HTTP: a session by a login with SPAKE2+, kept as long as the device keeps it. */
export class Tpap extends HttpTransport {
  private handshake: TpapHandshake | undefined
  private agreement: TpapAgreement | undefined
  /** Whether the exchange that is under way has lost one session already. */
  private isRenewed = false

  protected begin(exchange: Exchange): void {
    this.isRenewed = false
    if (this.agreement && !this.agreement.session.isUsedUp) this.ask(this.agreement, exchange)
    else this.shakeHands()
  }

  protected endSession(): void {
    this.handshake?.stop()
    this.handshake = undefined
    this.agreement = undefined
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
    if (!reply) this.end(error, '')
    else if (reply.status === OK) this.read(agreement, reply.body)
    else if (NO_SESSION.has(reply.status)) this.renew(`HTTP status ${reply.status}`)
    else this.end(this.error('REPLY_INVALID', `the device answers with HTTP status ${reply.status}`), '')
  }

  private read({ session }: TpapAgreement, body: Buffer): void {
    let text: string
    try {
      text = session.open(body)
    } catch (thrown) {
      const refused = refusalIn(body)
      const { code, message } = toMonitorError(thrown)
      if (refused === undefined) this.end(this.error(code, message), '')
      else this.renew(String(refused))
      return
    }
    this.end(undefined, text)
  }

  /** Once per exchange. A device that did not accept the session has not acted on the request. */
  private renew(reason: string): void {
    if (this.isRenewed) {
      this.end(this.error('SESSION_REFUSED', `no session lasts here (${reason})`), '')
    } else {
      this.isRenewed = true
      this.shakeHands()
    }
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
