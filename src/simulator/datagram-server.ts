import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { decrypt } from '../integrations/kasa/transports/xor-codec'
import { datagrams } from './reply-bytes'
import type { Responder } from './responder'

/** A device's side of UDP. Replies to broadcasts leave from here too, so that they bear the device's own address. */
export class DatagramServer {
  private socket: Socket | undefined
  private unanswered = 0

  constructor(private readonly responder: Responder) {}

  async start(host: string, port: number): Promise<void> {
    this.socket = await boundSocket({ host, port }, (bytes, from) => this.receive(bytes, from))
  }

  async stop(): Promise<void> {
    const socket = this.socket
    this.socket = undefined
    while (this.unanswered > 0) this.over()
    if (socket) await new Promise<void>((resolve) => socket.close(resolve))
  }

  receive(bytes: Buffer, from: RemoteInfo): void {
    if (!this.socket) return
    const { behaviours, timers } = this.responder
    this.unanswered++
    const reply = this.responder.take('udp', decrypt(bytes))
    if (reply === undefined) {
      this.over()
      return
    }
    const latency = behaviours.get('latency')
    if (latency) timers.after(latency.latency_ms, () => this.reply(reply, from))
    else this.reply(reply, from)
  }

  private reply(reply: string, { address, port }: RemoteInfo): void {
    this.over()
    for (const bytes of datagrams(reply, this.responder.behaviours)) this.socket?.send(bytes, port, address)
  }

  private over(): void {
    this.unanswered--
    this.responder.requests.ended()
  }
}

/** A socket that hears datagrams to one address. Several may share a broadcast address. */
export async function boundSocket(
  address: { host: string; port: number; shared?: boolean },
  receive: (bytes: Buffer, from: RemoteInfo) => void,
): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: address.shared ?? false })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: address.host, port: address.port }, () => {
      socket.off('error', reject)
      resolve()
    })
  }).catch((error: unknown) => {
    socket.close()
    throw error
  })
  socket.on('error', () => undefined)
  socket.on('message', receive)
  return socket
}
