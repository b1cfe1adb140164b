import { systemClock } from '../domain/clock'
import type { Command } from '../domain/command'
import { invalid, MonitorError } from '../domain/errors'
import type { Reading } from '../domain/reading'
import { within } from '../domain/within'
import {
  type Connection,
  type Credentials,
  DEFAULT_TIMEOUTS,
  type Finding,
  type Session,
  type Target,
} from '../integrations/integration'
import { AdaptiveInterval, resolveAdaptiveIntervalOptions } from './adaptive-interval'
import { Discoveries, type DiscoverOptions } from './discoveries'
import { DEFAULT_EMISSION, Emission } from './emission'
import { EnergyStore } from './energy-store'
import { type FleetDevice, fleetDeviceOf } from './fleet-device'
import { fleetLimits, REDISCOVER_MS, type FleetHost, type FleetLimits, type FleetOptions } from './fleet-options'
import { Following } from './following'
import { Poller } from './poller'
import type { PollerStatistics } from './statistics'
import type { Listener } from './subscribers'
import type { Host, Unit } from './unit'

export type { FleetDevice }

export type ReadResult =
  | { readonly device_id: string; readonly reading: Reading }
  | { readonly device_id: string; readonly error: MonitorError }

/** First contacts are spread by so much per host, so that a large fleet does not begin with a burst. */
const SPREAD_PER_HOST_MS = 5
const LONGEST_SPREAD_MS = 30_000
/** With `add_discovered`: forged answers cannot make the fleet grow without bound. */
const MOST_DISCOVERED = 1000
/** The file system may hang; whoever stops the fleet is not to wait for it. */
const LONGEST_STOP_MS = 4000

/** The devices of one network, with their credentials and limits. It owns the poller and every connection. */
export class Fleet {
  private readonly limits: FleetLimits
  private readonly clock
  private readonly random
  private readonly report
  private readonly sessions = new Map<string, Session>()
  private readonly energies: EnergyStore
  private readonly poller: Poller
  private readonly discoveries: Discoveries
  private readonly following: Following
  /** Of hosts that have their own. */
  private readonly credentials = new WeakMap<Host, Credentials>()
  private discovered = 0
  /** All that is listed is polled. */
  private isSetUp = false
  private stopped = false

  /** @throws MonitorError `CONFIG_INVALID` naming the option, its value and the range */
  constructor(private readonly options: FleetOptions) {
    const { clock = systemClock, random = Math.random, report = () => {}, targets = () => [], energy_file } = options
    this.limits = fleetLimits(options)
    this.clock = clock
    this.random = random
    this.report = report
    this.energies = new EnergyStore({ clock, report, ...(energy_file === undefined ? {} : { file: energy_file }) })
    const interval = resolveAdaptiveIntervalOptions(options.interval)
    this.poller = new Poller({
      ...this.limits,
      clock,
      random,
      report,
      minimum_ms: interval.minimum_ms,
      recent: options.recent,
      newInterval: () => new AdaptiveInterval(interval),
      emission: new Emission({ ...DEFAULT_EMISSION, ...options.emission }),
      energies: this.energies,
      onLost: ({ host }) => this.following.lookFor(host),
    })
    this.discoveries = new Discoveries({
      clock,
      report,
      targets,
      sessions: () => this.sessions.values(),
      every_ms: this.discoverEvery_ms(),
      at_start: options.add_discovered === true,
      onFinding: (finding) => this.found(finding),
    })
    this.following = new Following({
      clock,
      discoveries: this.discoveries,
      connect: (host, integration, target) => this.connect(integration, target, this.credentials.get(host)),
      onMoved: (host, connection) => this.move(host, connection),
    })
  }

  /**
   * Begins to poll. Hosts that do not answer are tried for ever, in the background.
   * @throws MonitorError `CONFIG_INVALID` naming a host that is none; `CLOSED` after `stop`
   */
  async start(): Promise<void> {
    if (this.stopped) throw new MonitorError('CLOSED', 'the fleet was stopped')
    const { integrations, hosts } = this.options
    // At once: who looks for devices right after the start finds some, and none that is listed is taken for a new one.
    for (const integration of integrations)
      this.sessions.set(integration.name, integration.createSession(this.session()))
    const spread_ms = Math.min(hosts.length * SPREAD_PER_HOST_MS, LONGEST_SPREAD_MS)
    for (const host of hosts) this.add(host, this.random() * spread_ms)
    this.isSetUp = true
    await this.energies.start()
    if (this.stopped) return
    this.poller.start()
    this.discoveries.start()
  }

  /** Ends everything within 5 s, whatever the network does. May be called twice. */
  async stop(): Promise<void> {
    this.stopped = true
    this.discoveries.stop()
    this.following.stop()
    this.poller.stop()
    for (const session of this.sessions.values()) session.stop()
    this.sessions.clear()
    await within(this.clock, LONGEST_STOP_MS, this.energies.stop())
  }

  /** Returns how to stop listening. */
  subscribe(listener: Listener): () => void {
    return this.poller.subscribe(listener)
  }

  /**
   * Polls one host more.
   * @throws MonitorError `CONFIG_INVALID` naming a host that is none; `CLOSED` after `stop`
   */
  add({ host, port, device_id, mac, integration, credentials }: FleetHost, in_ms = 0): void {
    if (this.stopped) throw new MonitorError('CLOSED', 'the fleet was stopped')
    const name = integration ?? this.options.integrations[0]?.name ?? ''
    const target = { host, ...(port ? { port } : {}), ...(device_id ? { device_id } : {}) }
    const added = this.poller.addHost(this.connect(name, target, credentials), device_id, in_ms, mac)
    if (credentials) this.credentials.set(added, credentials)
  }

  /**
   * Ends the polls of the host that a device is at, with its outlets.
   * @param name device id, alias or host
   * @throws MonitorError `DEVICE_UNKNOWN`
   */
  remove(name: string): void {
    const { host } = this.find(name)
    this.poller.removeHost(host)
    host.connection.stop()
  }

  /** Devices with their outlets, and hosts that have not answered yet. */
  devices(): FleetDevice[] {
    return [...this.poller.roster.hosts].flatMap((host) => host.units.map(fleetDeviceOf))
  }

  /** All that is polled has said what it is. Never where devices are added as they are found: one more may be. */
  get isComplete(): boolean {
    if (this.options.add_discovered === true || !this.isSetUp) return false
    return [...this.poller.roster.hosts].every(({ units }) => units.every(({ device }) => device !== undefined))
  }

  /** What is known of a device that has been in contact; made for whoever looks at every reading. */
  polled(device_id: string): Readonly<Pick<Unit, 'device' | 'stretched_ms'>> | undefined {
    return this.poller.roster.devices.get(device_id)
  }

  /** From its next poll on, each device is polled so many times more slowly than otherwise; 1 ends that. */
  slowDown(factor: number): void {
    this.poller.slowDown(factor)
  }

  statistics(): PollerStatistics {
    return this.poller.statistics()
  }

  /**
   * Looks for devices; each is told at the moment of its first answer. It is only offered, unless `add_discovered` is set.
   * @throws MonitorError `INPUT_INVALID` without targets, `QUEUE_FULL` while several discoveries run already
   */
  discover(onFinding: (finding: Finding) => void, options: DiscoverOptions = {}): Promise<void> {
    return this.discoveries.run(options, onFinding)
  }

  /**
   * A reading of one device now; inside its minimum interval a copy of the last one, with `source: 'cache'`.
   * @param name device id, alias or host
   * @throws MonitorError `DEVICE_UNKNOWN`, `CIRCUIT_OPEN`, or what the poll failed with
   */
  async readNow(name: string): Promise<Reading> {
    return this.poller.readNow(this.find(name))
  }

  /** The same of every device that has been in contact; one that fails does not keep the others. */
  readAll(): Promise<ReadResult[]> {
    const read = async ([device_id, unit]: [string, Unit]): Promise<ReadResult> => {
      try {
        return { device_id, reading: await this.poller.readNow(unit) }
      } catch (error) {
        return { device_id, error: error as MonitorError }
      }
    }
    return Promise.all([...this.poller.roster.devices].map(read))
  }

  /**
   * Resolves with the state that the device confirmed.
   * @param name device id, alias or host
   * @throws MonitorError `DEVICE_UNKNOWN`, or what the command failed with
   */
  async command(name: string, command: Command): Promise<Reading> {
    return this.poller.command(this.find(name), command)
  }

  private find(name: string): Unit {
    const byId = this.poller.roster.devices.get(name)
    if (byId !== undefined) return byId
    const units = [...this.poller.roster.hosts].flatMap((host) => host.units)
    const named = units.filter((unit) => unit.alias === name)
    if (named.length > 1) throw invalid('INPUT_INVALID', 'device', name, 'a name that only one device has')
    const unit = named[0] ?? units.find((candidate) => candidate.host.connection.host === name)
    if (unit !== undefined) return unit
    throw new MonitorError('DEVICE_UNKNOWN', `no device is called '${name}'`, { details: { device_id: name } })
  }

  private found(finding: Finding): void {
    this.following.found(finding)
    if (this.options.add_discovered !== true || !finding.supported || this.discovered >= MOST_DISCOVERED) return
    const { device, port } = finding
    const { device_id, host, integration } = device
    for (const other of this.poller.roster.hosts) if (other.connection.host === host || other.expects(device)) return
    this.discovered++
    const target = { host, found: true, ...(port ? { port } : {}), ...(device_id ? { device_id } : {}) }
    this.poller.addHost(this.connect(integration, target), device_id, 0, device.mac)
  }

  private move(host: Host, connection: Connection): void {
    const former = host.connection
    this.poller.moveHost(host, connection)
    former.stop()
  }

  private connect(integration: string, target: Target, credentials?: Credentials): Connection {
    const session = this.sessions.get(integration)
    if (session !== undefined) return session.connect(credentials ? { ...target, credentials } : target)
    throw invalid('CONFIG_INVALID', 'integration', integration, `one of ${[...this.sessions.keys()].join(', ')}`)
  }

  private session() {
    const { timeouts, credentials, port, poll_over = 'tcp' } = this.options
    return {
      timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
      clock: this.clock,
      random: this.random,
      poll_over,
      ...(credentials ? { credentials } : {}),
      ...(port ? { port } : {}),
    } as const
  }

  private discoverEvery_ms(): number {
    const { discover_every_ms } = this.limits
    return discover_every_ms === 0 && this.options.add_discovered ? REDISCOVER_MS : discover_every_ms
  }
}
