import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' }

/** A broker in this process, which speaks MQTT 3.1.1 alone. What it keeps does not outlive a restart. */
export class AedesBroker {
  private readonly sockets = new Set<Socket>()
  private broker: Aedes | undefined
  private server: Server | undefined
  private chosen_port = 0

  private constructor() {}

  static async start(): Promise<AedesBroker> {
    const broker = new AedesBroker()
    await broker.run()
    return broker
  }

  get port(): number {
    return this.chosen_port
  }

  /** As the settings of a broker want it. */
  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`
  }

  /** On the same port again, with nothing that it had. */
  async restart(): Promise<void> {
    await this.stop()
    await this.run()
  }

  async stop(): Promise<void> {
    const { broker, server } = this
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    await new Promise<void>((resolve) => (broker ? broker.close(() => resolve()) : resolve()))
    this.broker = this.server = undefined
  }

  private async run(): Promise<void> {
    const library = await import('aedes')
    const broker = await library.Aedes.createBroker()
    const server = createServer((socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
      broker.handle(socket)
    })
    await new Promise<void>((resolve) => server.listen(this.chosen_port, '127.0.0.1', resolve))
    this.chosen_port = (server.address() as AddressInfo).port
    this.broker = broker
    this.server = server
  }
}
