import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import { MonitorError, type ErrorCode } from '../../../domain/errors'
import { Expiring } from './deadline-list'
import type { Exchange, ExchangeOwner, Transport } from './exchange'
import type { Network } from './network'
import { socketError } from './socket-error'
import type { DatagramReceiver, UdpSockets } from './udp-sockets'
import { decrypt } from './xor-codec'

const PREFIX_BYTES = 4

/**
 * Port 9999 over UDP: one datagram each way, sent again while no reply comes. A reply does not say which request it
 * answers, so only requests whose reply names the device go this way.
 */
export class XorUdp extends Expiring implements Transport, DatagramReceiver {
  private current: Exchange | undefined
  private address: string | undefined

  constructor(
    private readonly network: Network,
    private readonly sockets: UdpSockets,
    private readonly owner: ExchangeOwner,
    private readonly host: string,
    private readonly port: number,
  ) {
    super()
  }

  start(exchange: Exchange): void {
    this.current = exchange
    exchange.started_at = this.network.clock.monotonic()
    this.network.replies.add(exchange, exchange.started_at)
    if (isIP(this.host) !== 0) {
      this.sendTo(this.host)
      return
    }
    lookup(this.host, (error, address) => {
      if (exchange !== this.current) return
      if (error) this.end(socketError(error, this.host), '')
      else this.sendTo(address)
    })
  }

  fail(exchange: Exchange, error: MonitorError): void {
    if (exchange === this.current) this.end(error, '')
  }

  onTimeout(exchange: Exchange): void {
    this.fail(exchange, this.error('REPLY_TIMEOUT', 'no reply in time'))
  }

  /** Time to send again. */
  onDeadline(): void {
    if (this.address !== undefined) this.sendTo(this.address)
  }

  onDatagram(bytes: Buffer): void {
    this.end(undefined, decrypt(bytes))
  }

  onSocketError(error: Error): void {
    this.end(socketError(error, this.host), '')
  }

  stop(): void {
    this.release()
  }

  private sendTo(address: string): void {
    const exchange = this.current
    if (!exchange) return
    this.address = address
    this.network.resends.add(this, this.network.clock.monotonic())
    this.sockets.send(exchange.request.frame.subarray(PREFIX_BYTES), address, this.port, this)
  }

  private end(error: MonitorError | undefined, reply: string): void {
    const exchange = this.current
    if (!exchange) return
    this.release()
    this.owner.onEnd(exchange, error, reply)
  }

  private release(): void {
    if (this.current) this.network.replies.delete(this.current)
    this.current = undefined
    this.network.resends.delete(this)
    if (this.address !== undefined) this.sockets.forget(this.address, this.port, this)
    this.address = undefined
  }

  private error(code: ErrorCode, text: string): MonitorError {
    return new MonitorError(code, `${this.host}: ${text}`, { details: { host: this.host } })
  }
}
