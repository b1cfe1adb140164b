import type { Clock, Random } from '../../../domain/clock'
import { PORTS } from '../dialect'
import { UdpSockets } from '../transports/udp-sockets'
import type { DiscoveryKey } from './discovery-key'
import { HostProbe } from './host-probe'
import type { TdpAnswer } from './tdp-answer'

export type ProbeDone = (answer: TdpAnswer | undefined) => void

interface Running {
  readonly probe: HostProbe
  readonly waiting: Set<ProbeDone>
}

/** The probes of one session: over one socket, which is open while any of them runs, and one at a time for each host. */
export class HostProbes {
  private readonly sockets = new UdpSockets()
  private readonly running = new Map<string, Running>()

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly key: DiscoveryKey,
  ) {}

  /**
   * Calls back once, later, within about a second. Returns how to hear nothing of it any more.
   * @param port instead of the well-known ones
   */
  probe(host: string, port: number | undefined, done: ProbeDone): () => void {
    const name = `${host} ${port ?? ''}`
    const running = this.running.get(name) ?? this.start(name, host, port)
    running.waiting.add(done)
    return () => {
      running.waiting.delete(done)
      if (running.waiting.size === 0) running.probe.end(undefined)
    }
  }

  /** Nobody is called back any more. May be called twice. */
  stop(): void {
    for (const { probe, waiting } of [...this.running.values()]) {
      waiting.clear()
      probe.end(undefined)
    }
  }

  private start(name: string, host: string, port: number | undefined): Running {
    const { clock, random, key, sockets } = this
    const ports = port === undefined ? PORTS.discovery : [port]
    const waiting = new Set<ProbeDone>()
    const onEnd = (answer: TdpAnswer | undefined) => {
      this.running.delete(name)
      if (this.running.size === 0) sockets.stop()
      for (const done of waiting) done(answer)
    }
    const running = { probe: new HostProbe({ clock, random, key, sockets, host, ports, onEnd }), waiting }
    this.running.set(name, running)
    running.probe.start()
    return running
  }
}
