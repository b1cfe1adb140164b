import type { Random } from '../../domain/clock'
import type { Command } from '../../domain/command'
import type { Device } from '../../domain/device'
import type { DeviceDetails } from '../../domain/device-details'
import { MonitorError, type ErrorCode } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { Connection, PollDone } from '../integration'
import { createLink } from './create-link'
import type { Dialect } from './dialect'
import { DialectSearch, type SearchDone } from './dialect-search'
import type { HostProbes } from './discovery/host-probes'
import type { Link } from './link'
import type { Logins } from './login'
import type { Network } from './transports/network'
import type { UdpSockets } from './transports/udp-sockets'

/** What all connections of one session share. */
export interface ConnectionOptions {
  readonly network: Network
  readonly random: Random
  readonly command_ms: number
  /** Where given, polls over `xor` go as datagrams. */
  readonly datagrams: UdpSockets | undefined
  /** What discoveries have shown. */
  readonly dialectOf: (host: string) => Dialect | undefined
  readonly probes: HostProbes
  readonly onStop: (connection: KasaConnection) => void
}

export interface ConnectionTarget {
  readonly host: string
  readonly port: number | undefined
  readonly device_id: string | undefined
  readonly logins: Logins
  readonly found: boolean
}

/** Failures after which the host may speak otherwise than before: it is asked what it is before it is polled again. */
const DOUBTS: ReadonlySet<ErrorCode> = new Set([
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'CONNECTION_LOST',
  'REPLY_TIMEOUT',
  'REPLY_TOO_LARGE',
  'REPLY_INVALID',
  'PROTOCOL_CHANGED',
  'SESSION_REFUSED',
])

/** One host, spoken to as it wants to be: found out at first, and again when it gives reason for doubt. */
export class KasaConnection implements Connection {
  private link: Link | undefined
  private isInDoubt = false
  /** The host has shown that it knows the credentials, without being told the password. */
  private isAboveAes = false
  private search: DialectSearch | undefined
  private waiting: SearchDone[] | undefined
  private stopped = false

  constructor(
    private readonly options: ConnectionOptions,
    private readonly target: ConnectionTarget,
  ) {}

  get host(): string {
    return this.target.host
  }

  describe(): Promise<readonly Device[]> {
    return new Promise((resolve, reject) => {
      const done = (error: MonitorError | undefined, devices: readonly Device[] | undefined) => {
        if (devices) resolve(devices)
        else reject(error ?? this.closed())
      }
      if (this.stopped) reject(this.closed())
      else if (this.link && !this.isInDoubt) this.link.describe(done)
      else this.find((error, found) => done(error, found?.devices))
    })
  }

  poll(device_id: string | undefined, done: PollDone): void {
    if (this.stopped) queueMicrotask(() => done(this.closed(), undefined))
    else if (this.link && !this.isInDoubt) this.link.poll(device_id, done)
    else
      this.find((error, found) => {
        if (found) found.link.poll(device_id, done)
        else done(error, undefined)
      })
  }

  async command(device_id: string | undefined, command: Command): Promise<Reading> {
    return (await this.found()).command(device_id, command)
  }

  changedDetails(): readonly DeviceDetails[] {
    return this.link?.changedDetails() ?? []
  }

  async recordedEnergy(device_id: string | undefined, from: number, to: number): Promise<readonly RecordedEnergy[]> {
    const link = await this.found()
    return link.recordedEnergy?.(device_id, from, to) ?? []
  }

  stop(): void {
    if (this.stopped) return
    this.stopped = true
    const error = this.closed()
    this.search?.stop(error)
    this.link?.stop(error)
    this.options.onStop(this)
  }

  private found(): Promise<Link> {
    if (this.stopped) return Promise.reject(this.closed())
    if (this.link && !this.isInDoubt) return Promise.resolve(this.link)
    return new Promise((resolve, reject) => {
      this.find((error, found) => (found ? resolve(found.link) : reject(error ?? this.closed())))
    })
  }

  /** Everybody who asks meanwhile waits for the one search. */
  private find(done: SearchDone): void {
    if (this.waiting) {
      this.waiting.push(done)
      return
    }
    const waiting = [done]
    this.waiting = waiting
    const { host, port } = this.target
    this.search = new DialectSearch({
      ...{ host, port, known: this.link, isAboveAes: this.isAboveAes },
      hint: this.options.dialectOf(host),
      createLink: (dialect) => this.createLink(dialect),
      probe: (answered) => this.options.probes.probe(host, port, answered),
    })
    this.search.start((error, found) => {
      this.search = undefined
      this.waiting = undefined
      if (found) this.adopt(found.link)
      for (const tell of waiting) tell(error, found)
    })
  }

  private adopt(link: Link): void {
    if (link !== this.link) this.link?.stop(this.replaced())
    this.link = link
    this.isInDoubt = false
    const { transport } = link.dialect
    this.isAboveAes ||= transport === 'klap' || transport === 'tpap'
  }

  private createLink(dialect: Dialect): Link {
    const { network, random, command_ms, datagrams } = this.options
    const { host, device_id, logins, found } = this.target
    const onFailure = (error: MonitorError) => {
      if (DOUBTS.has(error.code)) this.isInDoubt = true
    }
    return createLink({
      ...{ host, dialect, device_id, logins, found, network, random, command_ms, datagrams, onFailure },
    })
  }

  private replaced(): MonitorError {
    const { host } = this.target
    return new MonitorError('PROTOCOL_CHANGED', `${host}: it is spoken to otherwise now`, { details: { host } })
  }

  private closed(): MonitorError {
    return new MonitorError('CLOSED', `${this.host}: the connection is closed`, { details: { host: this.host } })
  }
}
