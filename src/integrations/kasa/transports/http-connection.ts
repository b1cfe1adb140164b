import { connect, isIPv6, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { MonitorError, toMonitorError, type ErrorCode } from '../../../domain/errors'
import { Expiring } from './deadline-list'
import { HttpReader, type HttpReply } from './http-reader'
import { KeepHabit } from './keep-habit'
import type { Network } from './network'
import { socketError } from './socket-error'

export type { HttpReply } from './http-reader'

/** Called once, later than the call that began the request. */
export type HttpDone = (error: MonitorError | undefined, reply: HttpReply | undefined) => void

interface Post {
  readonly bytes: Buffer
  readonly repeatable: boolean
  readonly done: HttpDone
  sentAgain: boolean
}

/**
 * One kept HTTP/1.1 connection over a bare socket, one request at a time. Header names keep their case, which some
 * devices insist on. The deadline of a request is its owner's; the one for connecting is kept here.
 */
export class HttpConnection extends Expiring {
  private socket: Socket | undefined
  private isConnected = false
  private current: Post | undefined
  private readonly reader = new HttpReader()
  private readonly habit = new KeepHabit()
  /** On the socket that is open. */
  private replies = 0
  private readonly hostHeader: string

  constructor(
    private readonly network: Network,
    private readonly host: string,
    private readonly port: number,
    private readonly secure: boolean,
  ) {
    super()
    const name = isIPv6(host) ? `[${host}]` : host
    this.hostHeader = port === (secure ? 443 : 80) ? name : `${name}:${port}`
  }

  /**
   * `headers`: further lines, each ended by CRLF; Host, Content-Length and Connection are added. A `repeatable` request is
   * sent once more, on a new connection, where the kept one turns out dead before anything of a reply has come.
   */
  post(path: string, headers: string, body: Buffer, done: HttpDone, repeatable = false): void {
    if (this.current) throw new MonitorError('INTERNAL', `${this.host}: a request is under way already`)
    const bytes = requestBytes(path, this.hostHeader, headers, body)
    this.current = { bytes, repeatable, done, sentAgain: false }
    this.send(bytes)
  }

  /** Whether the request that is under way has a connection. */
  get connected(): boolean {
    return this.isConnected
  }

  /** Drops the connection and whatever is under way, without a word. May be called twice. */
  close(): void {
    this.current = undefined
    this.drop()
  }

  /** The connect deadline. */
  onDeadline(): void {
    this.fail(this.error('CONNECT_TIMEOUT', 'no connection in time'))
  }

  private send(bytes: Buffer): void {
    const socket = this.socket ?? this.open()
    socket.write(bytes)
  }

  private open(): Socket {
    const onread = {
      buffer: this.network.received,
      callback: (length: number, bytes: Uint8Array) => this.onBytes(socket, length, bytes as Buffer),
    }
    const options = { host: this.host, port: this.port, noDelay: true, onread }
    // Devices make their own certificates: nobody vouches for them. Who they are, the login proves.
    const socket: Socket = this.secure ? connectSecurely({ ...options, rejectUnauthorized: false }) : connect(options)
    const onLost = (error?: Error) => this.onLost(socket, error)
    socket.once(this.secure ? 'secureConnect' : 'connect', () => this.onConnect(socket))
    socket.on('end', onLost)
    socket.on('error', onLost)
    this.socket = socket
    this.network.connects.add(this, this.network.clock.monotonic())
    return socket
  }

  private onConnect(socket: Socket): void {
    if (socket !== this.socket) return
    this.isConnected = true
    this.network.connects.delete(this)
  }

  private onBytes(socket: Socket, length: number, bytes: Buffer): boolean {
    if (socket !== this.socket) return false
    if (!this.current) {
      this.drop()
      return false
    }
    let reply: HttpReply | undefined
    try {
      reply = this.reader.push(bytes, length)
    } catch (thrown) {
      this.fail(toMonitorError(thrown, 'REPLY_INVALID'))
      return false
    }
    if (reply) this.onReply(this.current, reply)
    return true
  }

  private onReply(post: Post, reply: HttpReply): void {
    this.replies++
    if (this.replies === 2) this.habit.onUseful()
    if (!this.habit.keeps() || !reply.keep) this.drop()
    this.current = undefined
    post.done(undefined, reply)
  }

  /** The device closed or reset the connection, or it was never made. */
  private onLost(socket: Socket, cause?: Error): void {
    if (socket !== this.socket) return
    const { isConnected, replies, current } = this
    const { begun } = this.reader
    const reply = cause ? undefined : this.reader.end()
    this.drop()
    if (replies === 1) this.habit.onFutile()
    if (!current) return
    if (reply) {
      this.onReply(current, reply)
    } else if (replies > 0 && !begun && current.repeatable && !current.sentAgain) {
      current.sentAgain = true
      this.send(current.bytes)
    } else if (!isConnected && cause) {
      this.fail(socketError(cause, this.host))
    } else if (begun) {
      this.fail(this.error('REPLY_CUT_SHORT', 'the device closed the connection amid its reply', cause))
    } else {
      this.fail(this.error('CONNECTION_LOST', 'the device closed the connection before its reply', cause))
    }
  }

  private fail(error: MonitorError): void {
    const post = this.current
    this.close()
    post?.done(error, undefined)
  }

  private drop(): void {
    this.reader.reset()
    this.network.connects.delete(this)
    const { socket } = this
    this.socket = undefined
    this.isConnected = false
    this.replies = 0
    socket?.destroy()
  }

  private error(code: ErrorCode, text: string, cause?: unknown): MonitorError {
    return new MonitorError(code, `${this.host}: ${text}`, { cause, details: { host: this.host } })
  }
}

/** In one piece, so that it travels in one packet. */
function requestBytes(path: string, host: string, headers: string, body: Buffer): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}` +
    `Content-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n`
  const bytes = Buffer.allocUnsafe(head.length + body.length)
  bytes.write(head, 'latin1')
  bytes.set(body, head.length)
  return bytes
}
