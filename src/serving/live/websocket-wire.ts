import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Clock, Timer } from '../../domain/clock'
import type { Frame } from './frame'
import type { Wire } from './wire'

/** So long a client may take to answer that its connection is closed. */
const CLOSE_MS = 2000

export class WebSocketWire implements Wire {
  readonly transport = 'websocket'
  private hasAnswered = true
  private timer: Timer | undefined

  /** @param stream below the socket */
  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  ) {
    socket.on('pong', () => (this.hasAnswered = true))
    socket.on('close', () => this.endTimer())
  }

  get buffered_bytes(): number {
    return this.socket.bufferedAmount
  }

  /** The library would make for each client anew what is equal for all. Nothing of its own waits that this could part. */
  send(frame: Frame): void {
    if (this.socket.readyState === this.socket.OPEN) this.stream.write(frame.message)
  }

  beat(): boolean {
    if (!this.hasAnswered) return false
    this.hasAnswered = false
    this.socket.ping()
    return true
  }

  close(code: number, reason: string): void {
    if (this.socket.readyState === this.socket.CLOSED) return
    this.socket.close(code, reason)
    this.timer ??= this.clock.setTimeout(() => this.socket.terminate(), CLOSE_MS)
  }

  private endTimer(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }
}
