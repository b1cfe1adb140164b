import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { decrypt } from '../integrations/kasa/transports/xor-codec'
import { discoveryAnswer } from './discovery-answer'
import { answerPacket, isDiscovery, readProbe } from './discovery-packet'
import { datagrams, plainDatagrams } from './reply-bytes'
import type { Responder } from './responder'

/** A device's side of UDP. Replies to broadcasts leave from here too, so that they bear the device's own address. */
export class DatagramServer {
  private socket: Socket | undefined
  private unanswered = 0

  /** `onProbe`: called with the device's HTTP port as result, before a probe is answered. */
  constructor(
    private readonly responder: Responder,
    private readonly onProbe: () => Promise<number>,
  ) {}

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
    const isXor = this.responder.access.speaks === 'xor'
    if (isDiscovery(bytes) === isXor) return
    if (isXor) this.takeRequest(bytes, from)
    else this.takeProbe(bytes, from)
  }

  private takeRequest(bytes: Buffer, from: RemoteInfo): void {
    this.unanswered++
    this.responder.requests.entered()
    const reply = this.responder.take('udp', decrypt(bytes))
    if (reply === undefined) {
      this.over()
      return
    }
    this.afterLatency(() => {
      this.over()
      this.send(datagrams(reply, this.responder.behaviours), from)
    })
  }

  private takeProbe(bytes: Buffer, from: RemoteInfo): void {
    const probe = readProbe(bytes)
    if (probe === undefined) return
    this.responder.requests.probes++
    if (this.responder.silent) return
    void this.onProbe().then((http_port) =>
      this.afterLatency(() => {
        const packet = answerPacket(bytes, discoveryAnswer(probe, this.responder, http_port))
        this.send(plainDatagrams(packet, this.responder.behaviours), from)
      }),
    )
  }

  private afterLatency(action: () => void): void {
    const { behaviours, timers } = this.responder
    const latency = behaviours.get('latency')
    if (latency) timers.after(latency.latency_ms, action)
    else action()
  }

  private send(packets: readonly Buffer[], { address, port }: RemoteInfo): void {
    for (const packet of packets) this.socket?.send(packet, port, address)
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
