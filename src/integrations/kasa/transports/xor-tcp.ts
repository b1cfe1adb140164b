import { connect, type Socket } from 'node:net'
import { MonitorError, toMonitorError, type ErrorCode } from '../../../domain/errors'
import { Expiring } from './deadline-list'
import type { Exchange, ExchangeOwner, Transport } from './exchange'
import { FrameReader } from './frame-reader'
import { KeepHabit } from './keep-habit'
import type { Network } from './network'
import { socketError } from './socket-error'

/** Port 9999 over TCP: one connection, kept and reused, and opened for each request where a device will not keep it. */
export class XorTcp extends Expiring implements Transport {
  private socket: Socket | undefined
  private connected = false
  private current: Exchange | undefined
  private readonly reader = new FrameReader()
  private readonly habit = new KeepHabit()
  /** Replies on the socket that is open. */
  private replies = 0

  constructor(
    private readonly network: Network,
    private readonly owner: ExchangeOwner,
    private readonly host: string,
    private readonly port: number,
  ) {
    super()
  }

  start(exchange: Exchange): void {
    this.current = exchange
    exchange.started_at = this.network.clock.monotonic()
    this.network.replies.add(exchange, exchange.started_at)
    this.send(exchange)
  }

  fail(exchange: Exchange, error: MonitorError): void {
    if (exchange !== this.current) return
    this.close()
    this.end(error, '')
  }

  onTimeout(exchange: Exchange): void {
    if (this.connected) this.fail(exchange, this.error('REPLY_TIMEOUT', 'no complete reply in time'))
    else this.onDeadline()
  }

  /** The connect deadline. */
  onDeadline(): void {
    const error = this.error('CONNECT_TIMEOUT', 'no connection in time')
    if (this.current) this.fail(this.current, error)
  }

  stop(): void {
    if (this.current) this.network.replies.delete(this.current)
    this.current = undefined
    this.close()
  }

  private send(exchange: Exchange): void {
    const socket = this.socket ?? this.open()
    socket.write(exchange.request.frame)
  }

  private open(): Socket {
    const onread = {
      buffer: this.network.received,
      callback: (length: number, bytes: Uint8Array) => this.onBytes(socket, length, bytes as Buffer),
    }
    const socket: Socket = connect({ host: this.host, port: this.port, noDelay: true, onread })
    // One listener for both, and `on`, because what `once` keeps takes 200 bytes of every idle device.
    const onLost = (error?: Error) => this.onLost(socket, error)
    socket.once('connect', () => this.onConnect(socket))
    socket.on('end', onLost)
    socket.on('error', onLost)
    this.socket = socket
    this.connected = false
    this.replies = 0
    this.network.connects.add(this, this.network.clock.monotonic())
    return socket
  }

  private onConnect(socket: Socket): void {
    if (socket !== this.socket) return
    this.connected = true
    this.network.connects.delete(this)
  }

  private onBytes(socket: Socket, length: number, bytes: Buffer): boolean {
    if (socket !== this.socket) return false
    const exchange = this.current
    if (!exchange) {
      this.close()
      return false
    }
    let reply: string | undefined
    try {
      reply = this.reader.push(bytes, length)
    } catch (thrown) {
      this.fail(exchange, toMonitorError(thrown, 'REPLY_INVALID'))
      return false
    }
    if (reply !== undefined) this.onReply(reply)
    return true
  }

  private onReply(reply: string): void {
    this.replies++
    if (this.replies === 2) this.habit.onUseful()
    if (!this.habit.keeps()) this.close()
    this.end(undefined, reply)
  }

  /** The device closed or reset the connection, or it was never made. */
  private onLost(socket: Socket, cause?: Error): void {
    if (socket !== this.socket) return
    const { connected, replies } = this
    const begun = this.reader.begun
    this.close()
    if (replies === 1) this.habit.onFutile()
    const exchange = this.current
    if (!exchange) return
    if (replies > 0 && !begun && exchange.request.repeatable && !exchange.sentAgain) {
      exchange.sentAgain = true
      this.send(exchange)
    } else if (!connected && cause) {
      this.end(socketError(cause, this.host), '')
    } else if (begun) {
      this.end(this.error('REPLY_CUT_SHORT', 'the device closed the connection amid its reply', cause), '')
    } else {
      this.end(this.error('CONNECTION_LOST', 'the device closed the connection before its reply', cause), '')
    }
  }

  private end(error: MonitorError | undefined, reply: string): void {
    const exchange = this.current
    if (!exchange) return
    this.current = undefined
    this.network.replies.delete(exchange)
    this.owner.onEnd(exchange, error, reply)
  }

  private close(): void {
    this.reader.reset()
    this.network.connects.delete(this)
    const socket = this.socket
    this.socket = undefined
    this.connected = false
    socket?.destroy()
  }

  private error(code: ErrorCode, text: string, cause?: unknown): MonitorError {
    return new MonitorError(code, `${this.host}: ${text}`, { cause, details: { host: this.host } })
  }
}
