import type { Connection, DiscoveryRequest, Session, SessionOptions, Target } from '../integration'
import { parseHost } from '../targets'
import { type ConnectionOptions, KasaConnection } from './connection'
import type { Dialect } from './dialect'
import { Logins } from './login'
import { Discovery } from './discovery/discovery'
import type { DiscoveryKey } from './discovery/discovery-key'
import { HostProbes } from './discovery/host-probes'
import { invalid, MonitorError } from '../../domain/errors'
import { Network } from './transports/network'
import { UdpSockets } from './transports/udp-sockets'

/** Hosts whose dialect is remembered: discoveries, forged ones among them, must not grow memory without bound. */
const MAXIMUM_DIALECTS = 4096
const PORT_RANGE = { minimum: 1, maximum: 65_535 } as const

/** Kasa devices of one network. It owns every connection and discovery that it begins. */
export class KasaSession implements Session {
  private readonly network: Network
  private readonly logins: Logins
  private readonly datagrams = new UdpSockets()
  private readonly shared: ConnectionOptions
  private readonly connections = new Set<KasaConnection>()
  private readonly dialects = new Map<string, Dialect>()
  private readonly probes: HostProbes
  private readonly discoveries = new Set<Discovery>()
  private stopped = false

  constructor(
    private readonly options: SessionOptions,
    private readonly discoveryKey: DiscoveryKey,
  ) {
    const { clock, random, timeouts, poll_over } = options
    this.network = new Network(clock, timeouts)
    this.logins = new Logins(options.credentials)
    this.probes = new HostProbes(clock, random, discoveryKey)
    this.shared = {
      network: this.network,
      random,
      command_ms: timeouts.command_ms,
      dialectOf: (host) => this.dialects.get(host),
      probes: this.probes,
      datagrams: poll_over === 'udp' ? this.datagrams : undefined,
      onStop: (connection) => this.connections.delete(connection),
    }
  }

  /** @throws MonitorError `CONFIG_INVALID` for a target or port that is none; `CLOSED` after the session's end */
  async discover(request: DiscoveryRequest): Promise<void> {
    this.requireOpen()
    const { clock, random, timeouts } = this.options
    const discovery = new Discovery(request, {
      ...{ clock, random, window_ms: timeouts.discovery_ms, port: this.portOf(request.port), key: this.discoveryKey },
      onDialect: (host, dialect) => this.learn(host, dialect),
    })
    this.discoveries.add(discovery)
    try {
      await discovery.run()
    } finally {
      this.discoveries.delete(discovery)
    }
  }

  /** @throws MonitorError `CONFIG_INVALID` for a host or port that is none; `CLOSED` after the session's end */
  connect(target: Target): Connection {
    this.requireOpen()
    const host = parseHost(target.host, { code: 'CONFIG_INVALID', field: 'host' })
    const { device_id, credentials, found = false } = target
    const logins = credentials ? new Logins(credentials) : this.logins
    const port = this.portOf(target.port)
    const connection = new KasaConnection(this.shared, { host, port, device_id, logins, found })
    this.connections.add(connection)
    return connection
  }

  stop(): void {
    this.stopped = true
    for (const discovery of this.discoveries) discovery.stop()
    for (const connection of this.connections) connection.stop()
    this.probes.stop()
    this.datagrams.stop()
    this.network.stop()
  }

  private learn(host: string, dialect: Dialect): void {
    this.dialects.delete(host)
    this.dialects.set(host, dialect)
    if (this.dialects.size <= MAXIMUM_DIALECTS) return
    const [oldest] = this.dialects.keys()
    if (oldest !== undefined) this.dialects.delete(oldest)
  }

  private portOf(given: number | undefined): number | undefined {
    const port = given ?? this.options.port
    if (port === undefined) return undefined
    if (Number.isInteger(port) && port >= PORT_RANGE.minimum && port <= PORT_RANGE.maximum) return port
    throw invalid('CONFIG_INVALID', 'port', port, `a whole number from ${PORT_RANGE.minimum} to ${PORT_RANGE.maximum}`)
  }

  private requireOpen(): void {
    if (this.stopped) throw new MonitorError('CLOSED', 'the session is closed')
  }
}
