import { createServer, type Server, type Socket } from 'node:net'
import { HttpServer } from './http/http-server'
import type { Responder } from './responder'
import { XorConversation } from './xor-conversation'

/** A device's side of TCP: takes connections, as its behaviours have it. */
export class StreamServer {
  private server: Server | undefined
  private http: HttpServer | undefined
  private readonly sockets = new Set<Socket>()

  constructor(private readonly responder: Responder) {}

  async start(host: string, port: number): Promise<void> {
    const server = createServer((socket) => this.accept(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, resolve)
    })
    server.on('error', () => undefined)
    this.server = server
  }

  async stop(): Promise<void> {
    const server = this.server
    this.server = this.http = undefined
    this.dropConnections()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  get listening(): boolean {
    return this.server !== undefined
  }

  dropConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy()
  }

  forgetSessions(): void {
    this.http?.forgetSessions()
  }

  private accept(socket: Socket): void {
    const { behaviours, requests, timers } = this.responder
    const limit = behaviours.get('connection-limit')?.limit ?? Infinity
    const refused = this.sockets.size >= limit || behaviours.get('reset')?.when === 'accept'
    this.sockets.add(socket)
    requests.connected()
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.sockets.delete(socket)
      requests.disconnected()
    })
    if (refused) {
      socket.resetAndDestroy()
      return
    }
    const slow = behaviours.get('slow-accept')
    if (slow) timers.after(slow.delay_ms, () => this.converse(socket))
    else this.converse(socket)
  }

  private converse(socket: Socket): void {
    if (socket.destroyed) return
    if (this.responder.access.speaks === 'xor') new XorConversation(socket, this.responder).begin()
    else (this.http ??= new HttpServer(this.responder)).open(socket)
  }
}
