import type { RemoteInfo } from 'node:dgram'
import { portsOf, type DevicePorts, type GivenPorts } from './access'
import { DatagramServer } from './datagram-server'
import type { Responder } from './responder'
import { StreamServer } from './stream-server'

/** All sockets of a device: one for streams, one per port of datagrams. */
export class DeviceServers {
  private readonly streams: StreamServer
  private readonly datagrams = new Map<number, DatagramServer>()
  private address: { readonly host: string; readonly ports: DevicePorts } | undefined
  private waking: Promise<void> | undefined
  private running = false

  constructor(private readonly responder: Responder) {
    this.streams = new StreamServer(responder)
  }

  /** 0 until the first start. */
  get port(): number {
    return this.address?.ports.tcp ?? 0
  }

  /** `asleep`: streams are taken only after a discovery probe. */
  async start(host: string, given: GivenPorts, asleep: boolean): Promise<void> {
    const ports = portsOf(this.responder.access, given)
    this.address = { host, ports }
    this.running = true
    if (!asleep) await this.streams.start(host, ports.tcp)
    for (const udp of ports.udp) {
      const server = new DatagramServer(this.responder, () => this.wake())
      this.datagrams.set(udp, server)
      await server.start(host, udp)
    }
  }

  async stop(): Promise<void> {
    this.running = false
    const datagrams = [...this.datagrams.values()]
    this.datagrams.clear()
    await this.waking
    await Promise.all([this.streams.stop(), ...datagrams.map((server) => server.stop())])
  }

  /** Takes no streams until a discovery probe comes. */
  async sleep(): Promise<void> {
    await this.waking
    await this.streams.stop()
  }

  hear(bytes: Buffer, from: RemoteInfo, port: number): void {
    this.datagrams.get(port)?.receive(bytes, from)
  }

  dropConnections(): void {
    this.streams.dropConnections()
  }

  forgetSessions(): void {
    this.streams.forgetSessions()
  }

  private async wake(): Promise<number> {
    const { address } = this
    if (address && this.running && !this.streams.listening) {
      this.waking ??= this.streams.start(address.host, address.ports.tcp).catch(() => undefined)
      await this.waking
      this.waking = undefined
    }
    return this.port
  }
}
