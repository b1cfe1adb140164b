import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** Who takes the datagrams that come from one address and port. */
export interface DatagramReceiver {
  onDatagram(bytes: Buffer): void
  onSocketError(error: Error): void
}

/** The session's datagram sockets, one per family, opened at the first send. Replies find their way by source. */
export class UdpSockets {
  private readonly sockets = new Map<'udp4' | 'udp6', Socket>()
  private readonly receivers = new Map<string, DatagramReceiver>()

  send(datagram: Uint8Array, address: string, port: number, receiver: DatagramReceiver): void {
    this.receivers.set(keyOf(address, port), receiver)
    this.socketFor(address).send(datagram, port, address, (error) => {
      if (error && this.receivers.get(keyOf(address, port)) === receiver) receiver.onSocketError(error)
    })
  }

  /** No datagram reaches the receiver any more. */
  forget(address: string, port: number, receiver: DatagramReceiver): void {
    const key = keyOf(address, port)
    if (this.receivers.get(key) === receiver) this.receivers.delete(key)
  }

  stop(): void {
    this.receivers.clear()
    for (const socket of this.sockets.values()) socket.close()
    this.sockets.clear()
  }

  private socketFor(address: string): Socket {
    const family = isIPv6(address) ? 'udp6' : 'udp4'
    const open = this.sockets.get(family)
    if (open) return open
    const socket = createSocket(family)
    socket.on('message', this.onMessage)
    socket.on('error', (error) => this.onError(family, socket, error))
    this.sockets.set(family, socket)
    return socket
  }

  private readonly onMessage = (bytes: Buffer, from: RemoteInfo): void => {
    this.receivers.get(keyOf(from.address, from.port))?.onDatagram(bytes)
  }

  private onError(family: 'udp4' | 'udp6', socket: Socket, error: Error): void {
    if (this.sockets.get(family) === socket) this.sockets.delete(family)
    socket.close()
    for (const receiver of [...this.receivers.values()]) receiver.onSocketError(error)
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`
}
