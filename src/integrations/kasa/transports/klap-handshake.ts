import { randomBytes, timingSafeEqual } from 'node:crypto'
import { MonitorError, toMonitorError, type ErrorCode } from '../../../domain/errors'
import type { Done } from '../link'
import type { Login, Logins, LoginVersion } from '../login'
import { loginRefused } from '../login-refused'
import type { HttpConnection, HttpReply } from './http-connection'
import { deviceProof, KlapSession, ownProof, PROOF_BYTES, SEED_BYTES } from './klap-session'
import { sessionCookie, type SessionCookie } from './session-cookie'

export const KLAP_HEADERS = 'Accept: */*\r\nContent-Type: application/octet-stream\r\n'
const VERSIONS: readonly LoginVersion[] = [2, 1]

/** An account by one version's hash: what a device can know of it. */
export interface KlapLogin {
  readonly login: Login
  readonly version: LoginVersion
}

/** What a handshake has come to. */
export interface KlapAgreement extends KlapLogin {
  readonly session: KlapSession
  readonly cookie: SessionCookie
}

/**
 * Two steps to a session. The device goes first: it shows that it knows one of the logins before it is shown anything, so
 * a stranger learns nothing from trying. Used once.
 */
export class KlapHandshake {
  /** True randomness, whatever the session's `Random` is: keys depend on it. */
  private readonly local_seed = randomBytes(SEED_BYTES)

  constructor(
    private readonly http: HttpConnection,
    private readonly host: string,
    private readonly logins: Logins,
    /** What the device knew last time, tried first. */
    private readonly last: KlapLogin | undefined,
    private readonly done: Done<KlapAgreement>,
  ) {}

  start(): void {
    this.http.post('/app/handshake1', KLAP_HEADERS, this.local_seed, this.onFirst, true)
  }

  private readonly onFirst = (error: MonitorError | undefined, reply: HttpReply | undefined): void => {
    if (error?.code === 'REPLY_INVALID') {
      this.done(this.error('PROTOCOL_CHANGED', 'no HTTP is spoken here', error), undefined)
    } else if (!reply) {
      this.done(error, undefined)
    } else if (reply.status === 403) {
      this.done(this.error('SESSION_REFUSED', 'the device refuses to begin a session'), undefined)
    } else if (reply.status !== 200 || reply.body.length !== SEED_BYTES + PROOF_BYTES) {
      this.done(this.error('PROTOCOL_CHANGED', `no KLAP is spoken here (HTTP status ${reply.status})`), undefined)
    } else {
      this.prove(reply)
    }
  }

  private prove({ body, cookies }: HttpReply): void {
    const { local_seed } = this
    const remote_seed = Buffer.from(body.subarray(0, SEED_BYTES))
    const proof = body.subarray(SEED_BYTES)
    try {
      for (const { login, version } of this.candidates()) {
        const login_hash = login.hash(version)
        if (!login_hash) continue
        const handshake = { local_seed, remote_seed, login_hash }
        if (!timingSafeEqual(deviceProof(version, handshake), proof)) continue
        const cookie = sessionCookie(cookies)
        const agree = () => ({ login, version, cookie, session: new KlapSession(handshake) })
        this.finish(ownProof(version, handshake), cookie, agree)
        return
      }
      this.done(loginRefused(this.host, this.logins), undefined)
    } catch (thrown) {
      this.done(toMonitorError(thrown), undefined)
    }
  }

  private finish(proof: Buffer, cookie: SessionCookie, agree: () => KlapAgreement): void {
    const onSecond = (error: MonitorError | undefined, reply: HttpReply | undefined): void => {
      if (reply?.status === 200) this.done(undefined, agree())
      else
        this.done(
          error ?? this.error('SESSION_REFUSED', `the device ends the login (HTTP status ${reply?.status})`),
          undefined,
        )
    }
    this.http.post('/app/handshake2', KLAP_HEADERS + cookie.header, proof, onSecond, true)
  }

  private *candidates(): Iterable<KlapLogin> {
    if (this.last) yield this.last
    for (const login of this.logins.all) {
      for (const version of VERSIONS) yield { login, version }
    }
  }

  private error(code: ErrorCode, text: string, cause?: unknown): MonitorError {
    return new MonitorError(code, `${this.host}: ${text}`, { cause, details: { host: this.host } })
  }
}
