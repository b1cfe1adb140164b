import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Stands in front of a server and brings what it answers later, or not at all. */
export class SlowProxy {
  delay_ms = 0
  private readonly cut = new WeakSet<Socket>()
  private readonly sockets = new Set<Socket>()
  private readonly server = createServer((client) => this.join(client))

  private constructor(private readonly target_port: number) {}

  static async start(target_port: number): Promise<SlowProxy> {
    const proxy = new SlowProxy(target_port)
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** As when a cable is pulled: the connections that there are stay, and carry nothing more. */
  pull(): void {
    for (const socket of this.sockets) this.cut.add(socket)
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private join(client: Socket): void {
    const upstream = connect(this.target_port, '127.0.0.1')
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.sockets.delete(one)
        other.destroy()
      })
    }
    client.on('data', (bytes) => this.cut.has(client) || upstream.write(bytes))
    upstream.on('data', (bytes) => setTimeout(() => this.answer(client, bytes), this.delay_ms))
  }

  private answer(client: Socket, bytes: Buffer): void {
    if (!this.cut.has(client) && !client.destroyed) client.write(bytes)
  }
}
