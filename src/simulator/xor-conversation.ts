import type { Socket } from 'node:net'
import { decrypt } from '../integrations/kasa/transports/xor-codec'
import { streamBytes } from './reply-bytes'
import type { Responder } from './responder'

const PREFIX_BYTES = 4
const REQUEST_LIMIT_BYTES = 64 * 1024
const FLOOD_BYTES = 16 * 1024
const RESET_DELAY_MS = 20

/** Frames in, frames out on one connection, as the device's behaviours have it. */
export class XorConversation {
  private received: Buffer = Buffer.alloc(0)
  private unanswered = 0

  constructor(
    private readonly socket: Socket,
    private readonly responder: Responder,
  ) {}

  begin(): void {
    this.socket.on('data', (chunk: Buffer) => this.receive(chunk))
    this.socket.on('close', () => this.over())
  }

  /** What was never answered is in flight no longer. */
  private over(): void {
    for (; this.unanswered > 0; this.unanswered--) this.responder.requests.ended()
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
    while (this.received.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + this.received.readUInt32BE(0)
      if (end > REQUEST_LIMIT_BYTES) {
        this.socket.destroy()
        return
      }
      if (this.received.length < end) return
      const text = decrypt(this.received, PREFIX_BYTES, end)
      this.received = this.received.subarray(end)
      this.take(text)
    }
  }

  private take(text: string): void {
    this.unanswered++
    this.responder.requests.entered()
    const reply = this.responder.take('tcp', text)
    if (reply === undefined) return
    const latency = this.responder.behaviours.get('latency')
    if (latency) this.responder.timers.after(latency.latency_ms, () => this.reply(reply))
    else this.reply(reply)
  }

  private reply(reply: string): void {
    if (!this.socket.writable) return
    const { behaviours } = this.responder
    const bytes = streamBytes(reply, behaviours)
    const trickle = behaviours.get('trickle')
    if (behaviours.has('half-close')) this.socket.end()
    else if (behaviours.has('reset')) this.resetAfter(bytes.subarray(0, bytes.length >> 1))
    else if (behaviours.has('flood')) this.flood(bytes)
    else if (trickle) this.trickle(bytes, trickle.interval_ms)
    else this.send(bytes)
  }

  private send(bytes: Buffer): void {
    const { behaviours, requests } = this.responder
    this.unanswered--
    requests.ended()
    if (behaviours.has('close-after-reply') || behaviours.has('short-reply')) this.socket.end(bytes)
    else this.socket.write(bytes)
  }

  // At once, libuv would show the other side an orderly end: it takes data and RST in one poll for data and EOF.
  private resetAfter(bytes: Buffer): void {
    this.socket.write(bytes)
    this.responder.timers.after(RESET_DELAY_MS, () => this.socket.resetAndDestroy())
  }

  private trickle(bytes: Buffer, interval_ms: number): void {
    if (this.socket.destroyed) return
    if (bytes.length === 1) {
      this.send(bytes)
      return
    }
    this.socket.write(bytes.subarray(0, 1))
    this.responder.timers.after(interval_ms, () => this.trickle(bytes.subarray(1), interval_ms))
  }

  private flood(bytes: Buffer): void {
    const more = () => {
      if (this.socket.destroyed) return
      if (this.socket.write(Buffer.alloc(FLOOD_BYTES))) setImmediate(more)
      else this.socket.once('drain', more)
    }
    this.socket.write(bytes)
    more()
  }
}
