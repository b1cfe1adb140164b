import type { Clock } from '../domain/clock'
import type { Connection, Finding, Target } from '../integrations/integration'
import type { Discoveries } from './discoveries'
import type { Host } from './unit'

export interface FollowingOptions {
  readonly clock: Clock
  readonly discoveries: Discoveries
  /** To where `host` may be now, with what it is known by. */
  readonly connect: (host: Host, integration: string, target: Target) => Connection
  /** The device of `host` answers over `connection`, which is the caller's from now on. */
  readonly onMoved: (host: Host, connection: Connection) => void
}

/** However many devices are lost, the network is not searched more often. */
export const SEARCH_EVERY_MS = 60_000

/**
 * Follows devices to a new address. Only one that does not answer where it was is looked for, only at the addresses
 * that the user named, and it is believed only when it has said over its own connection who it is: anybody can send a
 * datagram.
 */
export class Following {
  private readonly lost = new Set<Host>()
  private readonly verifying = new Set<Connection>()
  private next_ms = -Infinity

  constructor(private readonly options: FollowingOptions) {}

  /** Told at each failure of a lost device, so that a search that comes too early is made at the next. */
  lookFor(host: Host): void {
    const { clock, discoveries } = this.options
    if (host.device_id === undefined && host.mac === undefined) return
    this.lost.add(host)
    const now_ms = clock.monotonic()
    if (now_ms < this.next_ms) return
    this.next_ms = now_ms + SEARCH_EVERY_MS
    discoveries.search()
  }

  found(finding: Finding): void {
    if (!finding.supported) return
    const { device, port } = finding
    const host = [...this.lost].find((candidate) => candidate.expects(device))
    if (host === undefined || host.connection.host === device.host) return
    // One at a time, so that forged answers cannot make us connect everywhere.
    this.lost.delete(host)
    if (host.proved) return
    const { device_id } = host
    const target = { host: device.host, found: true, ...(port ? { port } : {}), ...(device_id ? { device_id } : {}) }
    this.verify(host, this.options.connect(host, device.integration, target))
  }

  stop(): void {
    this.lost.clear()
    for (const connection of this.verifying) connection.stop()
    this.verifying.clear()
  }

  private verify(host: Host, connection: Connection): void {
    this.verifying.add(connection)
    const stillLost = () => this.verifying.delete(connection) && !host.proved
    connection.describe().then(
      (devices) => {
        if (stillLost() && devices[0] && host.expects(devices[0])) this.options.onMoved(host, connection)
        else connection.stop()
      },
      () => {
        this.verifying.delete(connection)
        connection.stop()
      },
    )
  }
}
