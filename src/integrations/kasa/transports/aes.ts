import { toMonitorError, type MonitorError } from '../../../domain/errors'
import type { LinkOptions } from '../link'
import { AesCipher, handshakeBody, loginRequest } from './aes-codec'
import { AesLogins } from './aes-login'
import { readHandshake, readLogin, readPassthrough, type AesReply, type HandshakeReply } from './aes-reply'
import type { Exchange, ExchangeOwner } from './exchange'
import type { HttpReply } from './http-connection'
import { HttpTransport } from './http-transport'
import { sessionCookie } from './session-cookie'

const PATH = '/app'
/** As the maker's app sends them. */
const HEADERS = 'Content-Type: application/json\r\nrequestByApp: true\r\n'

interface Session {
  readonly cipher: AesCipher
  readonly headers: string
  /** By the monotonic clock. */
  readonly expires_at: number
  /** With the token, once the login is done. */
  path: string
}

interface Message {
  readonly path: string
  readonly headers: string
  readonly body: Buffer
  readonly repeatable: boolean
}

/** securePassthrough: JSON over HTTP, encrypted with a key that the device hands out, behind a login. */
export class Aes extends HttpTransport {
  private readonly logins: AesLogins
  #session: Session | undefined

  constructor(options: LinkOptions, owner: ExchangeOwner) {
    super(options, owner)
    this.logins = new AesLogins(options)
  }

  protected begin(exchange: Exchange): void {
    if (this.#session && this.#session.expires_at > exchange.started_at) this.send(exchange, this.#session)
    else this.handshake(exchange)
  }

  protected endSession(): void {
    this.#session = undefined
  }

  private handshake(exchange: Exchange): void {
    const { aesKeys } = this.options.network
    this.#session = undefined
    const onKey = (public_key: string) => {
      if (exchange !== this.current) return
      const message = { path: PATH, headers: HEADERS, body: handshakeBody(public_key), repeatable: true }
      this.post(message, readHandshake, (reply) => {
        if (reply.verdict === 'done') this.open(exchange, reply)
        else this.recover(exchange, reply)
      })
    }
    aesKeys.publicKey().then(onKey, (thrown: unknown) => this.fail(exchange, toMonitorError(thrown)))
  }

  private open(exchange: Exchange, { wrapped, cookies }: HandshakeReply): void {
    const { network } = this.options
    try {
      const { header, lifetime_ms } = sessionCookie(cookies)
      this.#session = {
        cipher: new AesCipher(network.aesKeys.unwrap(wrapped)),
        headers: HEADERS + header,
        expires_at: network.clock.monotonic() + lifetime_ms,
        path: PATH,
      }
      this.logIn(exchange, this.#session)
    } catch (thrown) {
      this.fail(exchange, toMonitorError(thrown))
    }
  }

  private logIn(exchange: Exchange, session: Session): void {
    const { account, version } = this.logins.next
    const { cipher, headers, path } = session
    const body = cipher.seal(loginRequest(account, version, this.options.network.clock.now()))
    const read = (reply: HttpReply) => readLogin(reply, cipher)
    this.post({ path, headers, body, repeatable: true }, read, (login) => {
      if (login.verdict === 'done') {
        this.logins.onAccepted()
        session.path = `${PATH}?token=${encodeURIComponent(login.token)}`
        this.send(exchange, session)
      } else if (login.verdict === 'refused' || login.verdict === 'failed') {
        // Where the version is another one, devices complain of the parameters. Each login needs a handshake of its own.
        this.logins.onRefused()
        this.handshake(exchange)
      } else {
        this.recover(exchange, login)
      }
    })
  }

  private send(exchange: Exchange, session: Session): void {
    const { request } = exchange
    const { cipher, headers, path } = session
    const message = { path, headers, body: cipher.seal(request.bytes), repeatable: request.repeatable }
    const read = (reply: HttpReply) => readPassthrough(reply, cipher)
    this.post(message, read, (reply) => {
      if (reply.verdict === 'done' || reply.verdict === 'failed') this.end(undefined, reply.text)
      else this.recover(exchange, reply)
    })
  }

  /** Once per exchange with a new session; a device that did not accept the old one has not acted on the request. */
  private recover(exchange: Exchange, { verdict, code }: AesReply): void {
    if (verdict === 'moved') {
      this.end(this.error('PROTOCOL_CHANGED', `it does not speak securePassthrough (${code})`), '')
    } else if (verdict === 'failed') {
      this.end(this.error('REPLY_INVALID', `it refuses the handshake (${code})`), '')
    } else if (exchange.sentAgain) {
      this.end(this.error('SESSION_REFUSED', `it refuses a session that has only begun (${code})`), '')
    } else {
      exchange.sentAgain = true
      this.handshake(exchange)
    }
  }

  private post<Value>(message: Message, read: (reply: HttpReply) => Value, done: (value: Value) => void): void {
    const onReply = (error: MonitorError | undefined, reply: HttpReply | undefined) => {
      let value: Value
      try {
        if (!reply) throw error ?? this.error('INTERNAL', 'neither reply nor error')
        value = read(reply)
      } catch (thrown) {
        this.end(toMonitorError(thrown, 'REPLY_INVALID'), '')
        return
      }
      done(value)
    }
    this.http.post(message.path, message.headers, message.body, onReply, message.repeatable)
  }
}
