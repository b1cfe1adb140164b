import { randomBytes, timingSafeEqual } from 'node:crypto'
import { MonitorError, toMonitorError, type ErrorCode } from '../../../domain/errors'
import { TPAP_REASON } from '../discovery/announced-dialect'
import { numberOf, objectOf, parseObject, type JsonObject } from '../json'
import type { Done } from '../link'
import type { Account, Logins } from '../login'
import { loginRefused } from '../login-refused'
import type { HttpConnection, HttpReply } from './http-connection'
import { prove, randomScalar } from './spake2-plus'
import {
  accountPasscode,
  defaultPasscode,
  exchangeContext,
  passwordScalars,
  readAdmission,
  readRegistration,
  registration,
  type Registration,
} from './tpap-codec'
import { TpapSession } from './tpap-session'
import { variantOf, type TpapVariant } from './tpap-variant'

const HEADERS = 'Accept: */*\r\nContent-Type: application/json\r\n'
const RANDOM_BYTES = 32
const OK = 200
const FORBIDDEN = 403
/** After too many wrong passwords; it then refuses the right one too (tapo, `TPAP_AUTH_ATTEMPTS_LIMIT`). */
const LOCKED = -2101

type Step = 'discover' | 'pake_register' | 'pake_share'

/** What a handshake has come to. */
export interface TpapAgreement {
  readonly session: TpapSession
  readonly token: string
}

/**
 * Three steps to a session. We show first that we know the password, the device after us; but nothing that is shown can be
 * tried against a list of passwords: whoever plays the device can guess once per login. Only the user's account is tried,
 * because devices lock themselves after a few wrong ones. Used once.
 */
export class TpapHandshake {
  private stopped = false

  constructor(
    private readonly http: HttpConnection,
    private readonly host: string,
    private readonly logins: Logins,
    private readonly done: Done<TpapAgreement>,
  ) {}

  start(): void {
    const tell = (error: MonitorError | undefined, agreement: TpapAgreement | undefined) => {
      if (!this.stopped) this.done(error, agreement)
    }
    this.agree().then(
      (agreement) => tell(undefined, agreement),
      (thrown: unknown) => tell(this.placed(toMonitorError(thrown)), undefined),
    )
  }

  /** Nothing is said or told any more. May be called twice. */
  stop(): void {
    this.stopped = true
  }

  private async agree(): Promise<TpapAgreement> {
    const described = await this.ask('discover', {})
    const variant = this.variantIn(described)
    const account = variant.passcode_type === 'userpw' ? this.account() : undefined
    const random = randomBytes(RANDOM_BYTES)
    const offered = readRegistration(await this.ask('pake_register', registration(random, variant)))
    const passcode = account ? accountPasscode(account, offered.extra_crypt) : defaultPasscode(described.mac)
    return this.share(variant, passcode, random, offered)
  }

  private async share(
    { passcode_type, attests }: TpapVariant,
    passcode: string,
    random: Buffer,
    offered: Registration,
  ): Promise<TpapAgreement> {
    const scalars = await passwordScalars(passcode, offered)
    const context = exchangeContext(random, offered.random)
    const { share, confirmation, expected, key } = prove(scalars, randomScalar(), context, offered.share)
    const shown = {
      user_share: share.toString('base64'),
      user_confirm: confirmation.toString('base64'),
      // What the device then shows of its maker is not looked at: that it knows the account says more.
      ...(attests ? { dac_nonce: randomBytes(RANDOM_BYTES).toString('base64') } : {}),
    }
    const result = await this.ask('pake_share', shown, () => this.refusal(passcode_type))
    const admission = readAdmission(result)
    if (!isSame(admission.confirmation, expected)) throw this.refusal(passcode_type)
    return { session: new TpapSession(key, admission.first_sequence), token: admission.token }
  }

  private variantIn({ tpap }: JsonObject): TpapVariant {
    const described = objectOf(tpap)
    if (!described) throw this.error('PROTOCOL_CHANGED', 'no TPAP is spoken here')
    const variant = variantOf(described)
    if (!variant) throw this.error('DEVICE_UNSUPPORTED', TPAP_REASON)
    return variant
  }

  private account(): Account {
    const account = this.logins.own?.account()
    if (account) return account
    if (!this.logins.own) throw loginRefused(this.host, this.logins)
    const text =
      'it needs e-mail and password; a hash of them is enough only while Third-Party Compatibility is switched on, in ' +
      'the Tapo app under Me > Third-Party Services'
    throw this.error('LOGIN_REFUSED', text)
  }

  /** `refusal`: what an error of the device means in this step. */
  private ask(step: Step, params: object, refusal?: () => MonitorError): Promise<JsonObject> {
    const body = Buffer.from(JSON.stringify({ method: 'login', params: { sub_method: step, ...params } }))
    return new Promise((resolve, reject) => {
      if (this.stopped) return
      const onReply = (error: MonitorError | undefined, reply: HttpReply | undefined) => {
        try {
          if (!reply) throw step === 'discover' ? this.asStranger(error) : error
          resolve(this.read(step, reply, refusal))
        } catch (thrown) {
          reject(toMonitorError(thrown))
        }
      }
      // A second proof would count as a wrong one.
      this.http.post('/', HEADERS, body, onReply, step !== 'pake_share')
    })
  }

  private read(step: Step, { status, body }: HttpReply, refusal?: () => MonitorError): JsonObject {
    if (status === FORBIDDEN) throw this.error('SESSION_REFUSED', 'the device refuses to begin a session')
    if (status !== OK) throw this.error('PROTOCOL_CHANGED', `no TPAP is spoken here (HTTP status ${status})`)
    const answer = this.parse(step, body)
    const code = numberOf(answer.error_code)
    const result = objectOf(answer.result)
    if (code === 0 && result) return result
    if (code === LOCKED) throw this.locked()
    if (step === 'discover') throw this.error('PROTOCOL_CHANGED', `no TPAP is spoken here (${code})`)
    if (code === 0 || code === undefined) throw this.error('REPLY_INVALID', `it answers ${step} with nothing`)
    throw refusal?.() ?? this.error('SESSION_REFUSED', `the device refuses to begin a login (${code})`)
  }

  private parse(step: Step, body: Buffer): JsonObject {
    try {
      return parseObject(body.toString())
    } catch (thrown) {
      if (step !== 'discover') throw thrown
      throw this.error('PROTOCOL_CHANGED', 'no TPAP is spoken here', thrown)
    }
  }

  private asStranger(error: MonitorError | undefined): MonitorError | undefined {
    return error?.code === 'REPLY_INVALID' ? this.error('PROTOCOL_CHANGED', 'no HTTP is spoken here', error) : error
  }

  private refusal(passcode_type: TpapVariant['passcode_type']): MonitorError {
    if (passcode_type === 'userpw') return loginRefused(this.host, this.logins)
    return this.error('DEVICE_UNSUPPORTED', TPAP_REASON)
  }

  private locked(): MonitorError {
    const text =
      'it has locked itself after too many wrong passwords, and refuses the right one too. Check e-mail and password, ' +
      'and leave it alone for a while: each further attempt may prolong it.'
    return this.error('LOGIN_REFUSED', text)
  }

  private placed({ code, message, details, cause }: MonitorError): MonitorError {
    const text = details.host === undefined ? `${this.host}: ${message}` : message
    return new MonitorError(code, text, { cause, details: { ...details, host: this.host } })
  }

  private error(code: ErrorCode, text: string, cause?: unknown): MonitorError {
    return new MonitorError(code, `${this.host}: ${text}`, { cause, details: { host: this.host } })
  }
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
