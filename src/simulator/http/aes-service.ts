import { createCipheriv, createDecipheriv, createHash, publicEncrypt, constants, randomBytes } from 'node:crypto'
import { isObject, type Json } from '../answer'
import { spoiltText } from '../reply-bytes'
import type { Responder } from '../responder'
import { jsonReply, pageReply, type HttpReply, type HttpRequest, type HttpService } from './http-service'
import { Sessions } from './sessions'

const KEY_BYTES = 16
const TOKEN_BYTES = 16
const SESSION_S = 1440
const UNKNOWN_METHOD = { error_code: -10_000 }
const BAD_KEY = { error_code: -1010 }
const UNREADABLE = { error_code: -1005 }
const LOGIN_REFUSED = { error_code: -1501 }
const SESSION_OVER = { error_code: 9999 }

interface AesSession {
  readonly key: Buffer
  readonly iv: Buffer
  /** Once logged in. */
  token?: string
}

/** A device's side of securePassthrough. */
export class AesService implements HttpService {
  private readonly sessions: Sessions<AesSession>

  constructor(private readonly responder: Responder) {
    this.sessions = new Sessions(responder, SESSION_S)
  }

  reply(request: HttpRequest): HttpReply | undefined {
    if (request.path !== '/app') return pageReply(404, 'Not Found')
    const asked = parse(request.body.toString())
    const parameters = isObject(asked?.params) ? asked.params : {}
    if (asked?.method === 'handshake') return this.shakeHands(parameters.key)
    if (asked?.method === 'securePassthrough') return this.pass(request, parameters.request)
    return jsonReply(UNKNOWN_METHOD)
  }

  isInSession({ query }: HttpRequest): boolean {
    return query.has('token')
  }

  forgetSessions(): void {
    this.sessions.endAll()
  }

  private shakeHands(publicKey: unknown): HttpReply {
    const session = { key: randomBytes(KEY_BYTES), iv: randomBytes(KEY_BYTES) }
    const sealed = sealedFor(publicKey, Buffer.concat([session.key, session.iv]))
    if (!sealed) return jsonReply(BAD_KEY)
    this.responder.requests.handshakes++
    return jsonReply({ error_code: 0, result: { key: sealed.toString('base64') } }, this.sessions.begin(session))
  }

  private pass({ cookie, query }: HttpRequest, sealed: unknown): HttpReply | undefined {
    const session = this.sessions.get(cookie)
    if (!session) return jsonReply(SESSION_OVER)
    const text = typeof sealed === 'string' ? decrypted(session, sealed) : undefined
    if (text === undefined) return jsonReply(UNREADABLE)
    const reply = this.logIn(session, cookie, text) ?? this.answer(session, cookie, query, text)
    if (typeof reply !== 'string') return reply
    const response = encrypted(session, spoiltText(reply, this.responder.behaviours))
    return jsonReply({ error_code: 0, result: { response } })
  }

  private logIn(session: AesSession, cookie: string | undefined, text: string): string | undefined {
    const asked = parse(text)
    if (asked?.method !== 'login_device') return undefined
    if (this.knows(isObject(asked.params) ? asked.params : {})) {
      this.responder.requests.logins++
      session.token = randomBytes(TOKEN_BYTES).toString('hex').toUpperCase()
      return JSON.stringify({ error_code: 0, result: { token: session.token } })
    }
    this.responder.requests.refused_logins++
    this.sessions.end(cookie)
    return JSON.stringify(LOGIN_REFUSED)
  }

  private answer(
    session: AesSession,
    cookie: string | undefined,
    query: URLSearchParams,
    text: string,
  ): string | HttpReply | undefined {
    if (session.token === undefined || query.get('token') !== session.token) return jsonReply(SESSION_OVER)
    this.sessions.used(cookie)
    return this.responder.take('http', text)
  }

  private knows({ username, password, password2 }: Json): boolean {
    const { account, login_version } = this.responder.access
    if (username !== base64(sha1Hex(account.username))) return false
    return login_version === 2 ? password2 === base64(sha1Hex(account.password)) : password === base64(account.password)
  }
}

function sealedFor(publicKey: unknown, bytes: Buffer): Buffer | undefined {
  if (typeof publicKey !== 'string') return undefined
  try {
    return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, bytes)
  } catch {
    return undefined
  }
}

function encrypted({ key, iv }: AesSession, text: string): string {
  const cipher = createCipheriv('aes-128-cbc', key, iv)
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
}

function decrypted({ key, iv }: AesSession, text: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv)
    return decipher.update(text, 'base64', 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function sha1Hex(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
