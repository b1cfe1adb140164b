import { constants, createCipheriv, createDecipheriv, createHash, publicEncrypt, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Step = 'handshake' | 'login' | 'request'

/** What the server says in place of what it should; `inner` goes through the encryption. */
export interface Spoilt {
  readonly status?: number
  readonly body?: string
  readonly outer?: object
  readonly inner?: string
  readonly key?: Buffer
  readonly silent?: boolean
}

interface Account {
  readonly username: string
  readonly password: string
  readonly version: 1 | 2
}

const PASSTHROUGH = 'securePassthrough'

/** A device that speaks securePassthrough, written for the tests apart from what is tested. */
export class AesServer {
  readonly texts: string[] = []
  readonly logins: { version: 1 | 2; username: string; accepted: boolean }[] = []
  readonly heads: { method: string; url: string; raw: readonly string[] }[] = []
  handshakes = 0
  connections = 0
  cookie = (id: string): string => `TP_SESSIONID=${id};TIMEOUT=86400`
  /** Called for each message, with how many of its kind came before. */
  spoil: (step: Step, count: number) => Spoilt | undefined = () => undefined
  answer: (text: string) => string = (text) => JSON.stringify({ error_code: 0, result: { asked: text } })

  private readonly server = createServer((request, response) => this.onRequest(request, response))
  private readonly counts = { handshake: 0, login: 0, request: 0 }
  private session: { id: string; secret: Buffer; token?: string } | undefined

  constructor(private readonly account: Account) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async start(): Promise<void> {
    this.server.on('connection', () => this.connections++)
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close')
    this.server.close()
    this.server.closeAllConnections()
    await closed
  }

  /** Forgets everybody who is logged in. */
  forget(): void {
    this.session = undefined
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      this.heads.push({ method: request.method ?? '', url: request.url ?? '', raw: request.rawHeaders })
      const message = JSON.parse(Buffer.concat(parts).toString()) as { method: string; params: Record<string, string> }
      if (message.method === 'handshake') this.onHandshake(message.params.key ?? '', response)
      else if (message.method === PASSTHROUGH) this.onPassthrough(message.params.request ?? '', request, response)
      else send(response, { error_code: 1003 })
    })
  }

  private onHandshake(public_key: string, response: ServerResponse): void {
    this.handshakes++
    const spoilt = this.spoil('handshake', this.counts.handshake++)
    if (spoilt?.silent) return
    const secret = randomBytes(32)
    const padding = constants.RSA_PKCS1_PADDING
    const wrapped = spoilt?.key ?? publicEncrypt({ key: public_key, padding }, secret)
    this.session = { id: randomBytes(8).toString('hex').toUpperCase(), secret }
    response.setHeader('Set-Cookie', this.cookie(this.session.id))
    send(response, { error_code: 0, result: { key: wrapped.toString('base64') } }, spoilt)
  }

  private onPassthrough(sealed: string, request: IncomingMessage, response: ServerResponse): void {
    const { session } = this
    const isKnown = session && request.headers.cookie === this.cookie(session.id).split(';')[0]
    if (!isKnown) return send(response, { error_code: 9999 })
    const text = decrypted(sealed, session.secret)
    if (text === undefined) return send(response, { error_code: -1005 })
    const isLogin = text.includes('"login_device"')
    const step = isLogin ? 'login' : 'request'
    const spoilt = this.spoil(step, this.counts[step]++)
    if (spoilt?.silent) return
    if (!isLogin && new URL(request.url ?? '', 'http://host').searchParams.get('token') !== session.token) {
      return send(response, { error_code: 9999 })
    }
    if (!isLogin) this.texts.push(text)
    const reply = spoilt?.inner ?? (isLogin ? this.login(text, session) : this.answer(text))
    const cipher = createCipheriv('aes-128-cbc', session.secret.subarray(0, 16), session.secret.subarray(16))
    const answer = Buffer.concat([cipher.update(reply), cipher.final()]).toString('base64')
    send(response, { error_code: 0, result: { response: answer } }, spoilt)
  }

  private login(text: string, session: { id: string; token?: string }): string {
    const { params } = JSON.parse(text) as { params: Record<string, string> }
    const sha1 = (word: string) => createHash('sha1').update(word).digest('hex')
    const base64 = (word: string) => Buffer.from(word).toString('base64')
    const { username, password, version } = this.account
    const isRight =
      params.username === base64(sha1(username)) &&
      (version === 2 ? params.password2 === base64(sha1(password)) : params.password === base64(password))
    this.logins.push({
      version: params.password2 === undefined ? 1 : 2,
      username: Buffer.from(params.username ?? '', 'base64').toString(),
      accepted: isRight,
    })
    if (!isRight) {
      this.session = undefined
      return JSON.stringify({ error_code: -1501 })
    }
    session.token = randomBytes(16).toString('hex').toUpperCase()
    return JSON.stringify({ error_code: 0, result: { token: session.token } })
  }
}

function decrypted(sealed: string, secret: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-128-cbc', secret.subarray(0, 16), secret.subarray(16))
    return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]).toString()
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, reply: object, spoilt: Spoilt = {}): void {
  const body = spoilt.body ?? JSON.stringify(spoilt.outer ?? reply)
  response.writeHead(spoilt.status ?? 200, { 'Content-Length': Buffer.byteLength(body) }).end(body)
}
