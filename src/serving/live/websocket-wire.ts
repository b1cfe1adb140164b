import type { WebSocket } from 'ws'
import type { Clock, Timer } from '../../domain/clock'
import type { Frame } from './frame'
import type { Wire } from './wire'

/** So long a client may take to answer that its connection is closed. */
const CLOSE_MS = 2000
const AS_TEXT = { binary: false } as const

export class WebSocketWire implements Wire {
  readonly transport = 'websocket'
  private hasAnswered = true
  private timer: Timer | undefined

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  ) {
    socket.on('pong', () => (this.hasAnswered = true))
    socket.on('close', () => this.endTimer())
  }

  get buffered_bytes(): number {
    return this.socket.bufferedAmount
  }

  send(frame: Frame): void {
    this.socket.send(frame.message, AS_TEXT)
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
