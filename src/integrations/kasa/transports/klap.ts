import { toMonitorError, type MonitorError } from '../../../domain/errors'
import type { Exchange } from './exchange'
import type { HttpReply } from './http-connection'
import { HttpTransport } from './http-transport'
import { KeepHabit } from './keep-habit'
import { KLAP_HEADERS, KlapHandshake, type KlapAgreement, type KlapLogin } from './klap-handshake'
import type { KlapSession } from './klap-session'

/** P100, P110 and L630 do so at times, until somebody opens them in the app (Home Assistant #176354). */
const REFUSED = 'the device begins sessions and refuses them at once; to open it in the app has helped'

interface OpenSession {
  readonly keys: KlapSession
  readonly headers: string
  /** By the monotonic clock. */
  readonly ends_at: number
  replies: number
}

/** KLAP over HTTP: a session by a login that the device proves to know, kept as long as the device keeps it. */
export class Klap extends HttpTransport {
  private readonly habit = new KeepHabit()
  private login: KlapLogin | undefined
  private session: OpenSession | undefined
  /** Whether the exchange that is under way has lost one session already. */
  private isRenewed = false

  protected begin(exchange: Exchange): void {
    this.isRenewed = false
    if (this.session && exchange.started_at < this.session.ends_at) this.ask(this.session, exchange)
    else this.shakeHands()
  }

  protected endSession(): void {
    this.session = undefined
  }

  private shakeHands(): void {
    const { host, logins } = this.options
    this.session = undefined
    new KlapHandshake(this.http, host, logins, this.login, this.onAgreement).start()
  }

  private readonly onAgreement = (error: MonitorError | undefined, agreement: KlapAgreement | undefined): void => {
    const { current } = this
    if (!current) return
    if (!agreement) {
      this.end(error, '')
      return
    }
    const { login, version, session, cookie } = agreement
    this.login = { login, version }
    const ends_at = this.options.network.clock.monotonic() + cookie.lifetime_ms
    this.session = { keys: session, headers: KLAP_HEADERS + cookie.header, ends_at, replies: 0 }
    this.ask(this.session, current)
  }

  private ask({ keys, headers }: OpenSession, { request }: Exchange): void {
    const body = keys.seal(request.bytes)
    this.http.post(`/app/request?seq=${keys.sequence}`, headers, body, this.onReply, request.repeatable)
  }

  private readonly onReply = (error: MonitorError | undefined, reply: HttpReply | undefined): void => {
    const { session, current } = this
    if (!session || !current) return
    if (error?.code === 'REPLY_INVALID') this.recover(session, error, this.isWorthRepeating(session, current))
    else if (!reply) this.end(error, '')
    else if (reply.status === 200) this.read(session, current, reply.body)
    // What is refused has not been carried out: sending it again does no harm, whatever it is.
    else if (reply.status === 403) this.recover(session, this.error('SESSION_REFUSED', REFUSED), true)
    else if (reply.status === 404) this.end(this.error('PROTOCOL_CHANGED', 'no KLAP is spoken here any more'), '')
    else this.end(this.error('REPLY_INVALID', `the device answers with HTTP status ${reply.status}`), '')
  }

  private read(session: OpenSession, exchange: Exchange, body: Buffer): void {
    let text: string
    try {
      text = session.keys.open(body)
    } catch (thrown) {
      const { code, message } = toMonitorError(thrown)
      this.recover(session, this.error(code, message), this.isWorthRepeating(session, exchange))
      return
    }
    session.replies++
    if (session.replies === 2) this.habit.onUseful()
    if (!this.habit.keeps()) this.session = undefined
    this.end(undefined, text)
  }

  /** HS110 "SHIP 2.0" ends its session with the first reply, and answers what is no HTTP or no KLAP (python-kasa #1715). */
  private isWorthRepeating(session: OpenSession, { request }: Exchange): boolean {
    return session.replies > 0 && request.repeatable
  }

  private recover(session: OpenSession, error: MonitorError, mayRepeat: boolean): void {
    if (session.replies === 1) this.habit.onFutile()
    if (!mayRepeat || this.isRenewed) {
      this.end(error, '')
    } else {
      this.isRenewed = true
      this.shakeHands()
    }
  }
}
