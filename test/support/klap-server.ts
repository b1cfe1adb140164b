import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

type Part = string | Uint8Array

const digest = (algorithm: string, ...parts: readonly Part[]) => {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
  return createHash(algorithm).update(Buffer.concat(bytes)).digest()
}

export function authOf(version: 1 | 2, username: string, password: string): Buffer {
  return version === 1
    ? digest('md5', digest('md5', username), digest('md5', password))
    : digest('sha256', digest('sha1', username), digest('sha1', password))
}

/** A device's side of one session, written from the description of the protocol and from nothing in `src/`. */
export class DeviceSession {
  private readonly secret: Buffer
  isOpen = false
  requests = 0

  constructor(
    private readonly version: 1 | 2,
    private readonly auth: Buffer,
    private readonly client_seed: Buffer,
    readonly device_seed: Buffer = randomBytes(16),
  ) {
    this.secret = Buffer.concat([client_seed, this.device_seed, auth])
  }

  get proof(): Buffer {
    const seeds = this.version === 1 ? [this.client_seed] : [this.client_seed, this.device_seed]
    return digest('sha256', ...seeds, this.auth)
  }

  isProvenBy(body: Buffer): boolean {
    const seeds = this.version === 1 ? [this.device_seed] : [this.device_seed, this.client_seed]
    return digest('sha256', ...seeds, this.auth).equals(body)
  }

  get first_sequence(): number {
    return digest('sha256', 'iv', this.secret).readInt32BE(28)
  }

  /** Undefined where the signature is wrong. */
  open(sequence: number, body: Buffer): string | undefined {
    const cipherText = body.subarray(32)
    if (!this.sign(sequence, cipherText).equals(body.subarray(0, 32))) return undefined
    const decipher = createDecipheriv('aes-128-cbc', this.key, this.vector(sequence))
    return Buffer.concat([decipher.update(cipherText), decipher.final()]).toString()
  }

  seal(sequence: number, text: string): Buffer {
    const cipher = createCipheriv('aes-128-cbc', this.key, this.vector(sequence))
    const cipherText = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([this.sign(sequence, cipherText), cipherText])
  }

  private get key(): Buffer {
    return digest('sha256', 'lsk', this.secret).subarray(0, 16)
  }

  private vector(sequence: number): Buffer {
    return Buffer.concat([digest('sha256', 'iv', this.secret).subarray(0, 12), int32(sequence)])
  }

  private sign(sequence: number, cipherText: Buffer): Buffer {
    return digest('sha256', digest('sha256', 'ldk', this.secret).subarray(0, 28), int32(sequence), cipherText)
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export interface KlapRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly cookie: string | undefined
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly socket: Socket
}

export interface KlapServerOptions {
  readonly username?: string
  readonly password?: string
  readonly version?: 1 | 2
  readonly timeout_s?: number
}

type Interference = { readonly status?: number; readonly body?: Part; readonly headers?: Record<string, string> }

/** A KLAP device on loopback, for tests of the transport alone: it answers each request with its own text, in capitals. */
export class KlapServer {
  readonly requests: KlapRequest[] = []
  connections = 0
  readonly sessions = new Map<string, DeviceSession>()
  /** Asked first; what it gives is the answer. */
  interfere: (request: KlapRequest) => Interference | 'silence' | undefined = () => undefined
  /** Whether it closes each connection behind its first reply, without having said so. */
  closesEach = false
  /** What becomes of a reply. */
  spoil: (sealed: Buffer) => Buffer = (sealed) => sealed
  options: KlapServerOptions
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  constructor(options: KlapServerOptions = {}) {
    this.options = options
    this.server = createServer((request, response) => void this.onRequest(request, response))
    this.server.keepAliveTimeout = 0
    this.server.on('connection', (socket) => {
      this.connections++
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
  }

  async start(): Promise<void> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening')
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  count(path: string): number {
    return this.requests.filter((request) => request.path === path).length
  }

  get handshakes(): number {
    return this.count('/app/handshake1')
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.dropConnections()
    if (this.server.listening) await once(this.server.close(), 'close')
  }

  private async onRequest(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const url = new URL(incoming.url ?? '', 'http://device')
    const request: KlapRequest = {
      path: url.pathname,
      query: url.searchParams,
      cookie: incoming.headers.cookie,
      rawHeaders: incoming.rawHeaders,
      body: Buffer.concat(chunks),
      socket: incoming.socket,
    }
    this.requests.push(request)
    const interference = this.interfere(request)
    if (interference === 'silence' || request.socket.destroyed) return
    const { status = 200, body = '', headers = {} } = interference ?? this.answer(request)
    if (this.closesEach) response.once('finish', () => request.socket.destroySoon())
    response.writeHead(status, headers).end(body)
  }

  private answer(request: KlapRequest): Interference {
    const { username = 'user@example.com', password = 'great_password', version = 2, timeout_s = 86_400 } = this.options
    if (request.path === '/app/handshake1') {
      const session = new DeviceSession(version, authOf(version, username, password), request.body)
      const id = randomBytes(8).toString('hex').toUpperCase()
      this.sessions.set(`TP_SESSIONID=${id}`, session)
      const headers = { 'Set-Cookie': `TP_SESSIONID=${id};TIMEOUT=${timeout_s}` }
      return { body: Buffer.concat([session.device_seed, session.proof]), headers }
    }
    const session = this.sessions.get(request.cookie ?? '')
    if (!session) return { status: 403 }
    if (request.path === '/app/handshake2') {
      session.isOpen = session.isProvenBy(request.body)
      return { status: session.isOpen ? 200 : 403 }
    }
    const sequence = Number(request.query.get('seq'))
    const text = session.isOpen ? session.open(sequence, request.body) : undefined
    if (text === undefined) return { status: 403 }
    session.requests++
    return { body: this.spoil(session.seal(sequence, text.toUpperCase())) }
  }
}
