import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { Clock, Random, Timer } from '../../../domain/clock'
import { invalid, MonitorError } from '../../../domain/errors'
import { patientTimeout } from '../../../domain/patient-timeout'
import type { DiscoveryRequest } from '../../integration'
import { parseHost } from '../../targets'
import { PORTS, type Dialect } from '../dialect'
import { SYSINFO_QUERY } from '../protocols/iot/iot-query'
import type { DiscoveryKey } from './discovery-key'
import { Findings } from './findings'
import { MAXIMUM_ANSWER_BYTES, tdpSighting, xorSighting } from './sighting'
import { isTdpPacket, newProbe } from './tdp-probe'

const TARGETS_PER_BURST = 64
const BURST_INTERVAL_MS = 10
const REPEATS = { minimum: 1, maximum: 20 } as const
const PREFIX_BYTES = 4
const XOR_PROBE = SYSINFO_QUERY.frame.subarray(PREFIX_BYTES)

export interface DiscoveryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly window_ms: number
  /** Instead of the well-known ones. */
  readonly port: number | undefined
  readonly key: DiscoveryKey
  /** Told before the finding. */
  readonly onDialect: (host: string, dialect: Dialect) => void
}

/**
 * Asks every target who it is, in the two ways that devices understand and several times over the window; tells one
 * finding per host. It sends no credentials. Used once.
 */
export class Discovery {
  private socket: Socket | undefined
  private readonly timers = new Set<Timer>()
  private endWindow: (() => void) | undefined
  private readonly findings: Findings
  private readonly ports: { readonly xor: readonly number[]; readonly tdp: readonly number[] }
  private finish: (() => void) | undefined

  constructor(
    private readonly request: DiscoveryRequest,
    private readonly options: DiscoveryOptions,
  ) {
    for (const target of request.targets) parseHost(target, { code: 'CONFIG_INVALID', field: 'targets' })
    const { minimum, maximum } = REPEATS
    if (!Number.isInteger(request.repeats) || request.repeats < minimum || request.repeats > maximum) {
      throw invalid('CONFIG_INVALID', 'repeats', request.repeats, `a whole number from ${minimum} to ${maximum}`)
    }
    const { port, onDialect } = options
    this.ports = port === undefined ? { xor: [PORTS.xor], tdp: PORTS.discovery } : { xor: [port], tdp: [port] }
    this.findings = new Findings({
      ...{ port, onDialect },
      onFinding: (finding) => request.onFinding(finding),
      // After a round, in which the host was asked in both ways.
      settleLater: (host) => this.after(this.round_ms, () => this.findings.settle(host)),
    })
  }

  run(): Promise<void> {
    const { signal, targets } = this.request
    if (signal?.aborted || targets.length === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.finish = resolve
      signal?.addEventListener('abort', this.stop, { once: true })
      this.options.key.publicKey().then((key) => this.begin(newProbe(key, this.options.random)), this.stop)
    })
  }

  /** What is held back for a better answer is not told any more. May be called twice. */
  readonly stop = (): void => {
    for (const timer of this.timers) this.options.clock.clearTimeout(timer)
    this.timers.clear()
    this.endWindow?.()
    this.request.signal?.removeEventListener('abort', this.stop)
    this.socket?.close()
    this.socket = undefined
    this.finish?.()
    this.finish = undefined
  }

  private begin(tdpProbe: Buffer): void {
    if (!this.finish) return
    this.endWindow = patientTimeout(this.options.clock, this.expire, this.options.window_ms)
    const socket = createSocket({ type: 'udp4' })
    this.socket = socket
    socket.on('message', (bytes, from) => this.onMessage(bytes, from))
    socket.on('error', this.stop)
    socket.bind(0, () => {
      if (this.socket !== socket) return
      socket.setBroadcast(true)
      const { xor, tdp } = this.ports
      for (let round = 0; round < this.request.repeats; round++) {
        this.after(round * this.round_ms, () => this.probe(XOR_PROBE, xor, this.request.targets))
        this.after((round + 0.5) * this.round_ms, () => this.probe(tdpProbe, tdp, this.targetsLeft()))
      }
    })
  }

  private readonly expire = (): void => {
    this.findings.settleAll()
    this.stop()
  }

  private get round_ms(): number {
    return this.options.window_ms / this.request.repeats
  }

  /** Whoever has answered the first question, which says more, is not asked the second. */
  private targetsLeft(): readonly string[] {
    return this.request.targets.filter((target) => !this.findings.has(target))
  }

  private probe(probe: Buffer, ports: readonly number[], targets: readonly string[]): void {
    for (const target of targets.slice(0, TARGETS_PER_BURST)) {
      // A host that cannot be reached is no finding; the others are still asked.
      for (const port of ports) this.socket?.send(probe, port, target, () => undefined)
    }
    const left = targets.slice(TARGETS_PER_BURST)
    if (left.length > 0) this.after(BURST_INTERVAL_MS, () => this.probe(probe, ports, left))
  }

  private after(delay_ms: number, act: () => void): void {
    const { clock } = this.options
    const timer = clock.setTimeout(() => {
      this.timers.delete(timer)
      act()
    }, delay_ms)
    this.timers.add(timer)
  }

  private onMessage(bytes: Buffer, { address, port }: RemoteInfo): void {
    const { xor, tdp } = this.ports
    if (isTdpPacket(bytes) && tdp.includes(port)) {
      this.findings.add(address, () => tdpSighting(bounded(bytes), address, this.options.key.open))
    } else if (xor.includes(port)) {
      this.findings.add(address, () => xorSighting(bounded(bytes), address))
    }
  }
}

/** @throws MonitorError `REPLY_TOO_LARGE` */
function bounded(bytes: Buffer): Buffer {
  if (bytes.length <= MAXIMUM_ANSWER_BYTES) return bytes
  throw new MonitorError('REPLY_TOO_LARGE', `an answer of more than ${MAXIMUM_ANSWER_BYTES} bytes`)
}
