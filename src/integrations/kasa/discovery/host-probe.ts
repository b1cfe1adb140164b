import { lookup } from 'node:dns'
import { isIP } from 'node:net'
import type { Clock, Random, Timer } from '../../../domain/clock'
import { patientTimeout } from '../../../domain/patient-timeout'
import type { DatagramReceiver, UdpSockets } from '../transports/udp-sockets'
import type { DiscoveryKey } from './discovery-key'
import { answerOf, type TdpAnswer } from './tdp-answer'
import { parsePacket } from './tdp-frame'
import { newProbe } from './tdp-probe'

/** When a packet goes out, counted from the first one. */
const SENT_AT_MS = [0, 250, 600]
export const PROBE_MS = 1000

export interface HostProbeOptions {
  readonly clock: Clock
  readonly random: Random
  readonly key: DiscoveryKey
  readonly sockets: UdpSockets
  readonly host: string
  readonly ports: readonly number[]
  /** Called once: with what the host announces, or with nothing where it announced nothing in time. */
  readonly onEnd: (answer: TdpAnswer | undefined) => void
}

/** Asks one host who it is. Some firmware opens its HTTP port only after this (mihai-dinculescu/tapo #577). Used once. */
export class HostProbe implements DatagramReceiver {
  private readonly timers = new Set<Timer>()
  private endWait: (() => void) | undefined
  private address: string | undefined
  private isOver = false

  constructor(private readonly options: HostProbeOptions) {}

  start(): void {
    const { host, random, key } = this.options
    key.publicKey().then(
      (public_key) => {
        if (this.isOver) return
        this.endWait = patientTimeout(this.options.clock, () => this.end(undefined), PROBE_MS)
        const probe = newProbe(public_key, random)
        if (isIP(host) !== 0) this.send(host, probe)
        else lookup(host, (error, address) => (error ? this.end(undefined) : this.send(address, probe)))
      },
      () => this.end(undefined),
    )
  }

  /** May be called twice. */
  end(answer: TdpAnswer | undefined): void {
    if (this.isOver) return
    this.isOver = true
    for (const timer of this.timers) this.options.clock.clearTimeout(timer)
    this.timers.clear()
    this.endWait?.()
    const { address } = this
    if (address !== undefined) {
      for (const port of this.options.ports) this.options.sockets.forget(address, port, this)
    }
    this.options.onEnd(answer)
  }

  /** What is no answer is passed over: a better one may follow. */
  onDatagram(bytes: Buffer): void {
    let answer: TdpAnswer
    try {
      answer = answerOf(parsePacket(bytes).payload, this.options.key.open)
    } catch {
      return
    }
    this.end(answer)
  }

  onSocketError(): void {
    this.end(undefined)
  }

  private send(address: string, probe: Buffer): void {
    if (this.isOver) return
    this.address = address
    const { sockets, ports } = this.options
    for (const at_ms of SENT_AT_MS) {
      this.after(at_ms, () => {
        for (const port of ports) sockets.send(probe, address, port, this)
      })
    }
  }

  private after(delay_ms: number, act: () => void): void {
    const timer = this.options.clock.setTimeout(() => {
      this.timers.delete(timer)
      act()
    }, delay_ms)
    this.timers.add(timer)
  }
}
