import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Responder } from '../responder'
import type { HttpReply } from './http-service'

const FLOOD_BYTES = 16 * 1024
const GARBAGE_BYTES = 61
const RESET_DELAY_MS = 20

/** Sends one reply, as the device's behaviours have it. */
export class ReplySender {
  constructor(
    private readonly response: ServerResponse,
    private readonly responder: Responder,
    private readonly over: () => void,
  ) {}

  send(reply: HttpReply): void {
    const { behaviours } = this.responder
    const socket = this.response.socket
    if (!socket?.writable) return
    const body = behaviours.has('garbage') ? randomBytes(GARBAGE_BYTES) : reply.body
    const half = body.subarray(0, body.length >> 1)
    const trickle = behaviours.get('trickle')
    if (behaviours.has('half-close')) socket.end()
    else if (behaviours.has('flood')) this.flood(reply)
    else if (behaviours.has('reset')) this.resetAfter(reply, body, half)
    else if (behaviours.has('short-reply')) this.endAfter(reply, body, half, socket)
    else if (trickle) this.trickle(reply, body, trickle.interval_ms)
    else this.sendWhole(reply, body, socket)
  }

  private sendWhole(reply: HttpReply, body: Buffer, socket: Socket): void {
    const { behaviours } = this.responder
    this.head(reply, body)
    this.over()
    this.response.end(body)
    if (behaviours.has('two-frames')) socket.write(secondReply(reply, body))
    if (behaviours.has('extra-bytes')) socket.write('behind the reply')
  }

  // At once, libuv would show the other side an orderly end: it takes data and RST in one poll for data and EOF.
  private resetAfter(reply: HttpReply, body: Buffer, half: Buffer): void {
    this.head(reply, body)
    this.response.write(half)
    this.responder.timers.after(RESET_DELAY_MS, () => reset(this.response.socket))
  }

  private endAfter(reply: HttpReply, body: Buffer, half: Buffer, socket: Socket): void {
    this.head(reply, body)
    this.response.write(half)
    socket.end()
  }

  private trickle(reply: HttpReply, body: Buffer, interval_ms: number): void {
    this.head(reply, body)
    this.response.flushHeaders()
    const next = (index: number) => {
      if (!this.response.writable) return
      if (index >= body.length) {
        this.over()
        this.response.end()
        return
      }
      this.response.write(body.subarray(index, index + 1))
      this.responder.timers.after(interval_ms, () => next(index + 1))
    }
    next(0)
  }

  private flood({ status, type }: HttpReply): void {
    this.response.writeHead(status, { 'Content-Type': type })
    const more = () => {
      if (this.response.destroyed) return
      if (this.response.write(Buffer.alloc(FLOOD_BYTES))) setImmediate(more)
      else this.response.once('drain', more)
    }
    more()
  }

  private head({ status, type, cookie }: HttpReply, body: Buffer): void {
    const { response } = this
    const { behaviours } = this.responder
    const length = behaviours.get('length')?.length ?? body.length
    response.sendDate = false
    if (behaviours.has('close-after-reply')) response.shouldKeepAlive = false
    response.writeHead(status, {
      Server: 'SHIP 2.0',
      'Content-Type': type,
      'Content-Length': String(length),
      ...(cookie === undefined ? {} : { 'Set-Cookie': cookie }),
    })
  }
}

function secondReply({ status }: HttpReply, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} OK\r\nContent-Length: ${body.length}\r\n\r\n`), body])
}

function reset(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket?.resetAndDestroy()
}
