import type { Clock } from '../../domain/clock'
import type { ApiSources } from '../api-sources'
import { Feed } from './feed'
import type { LiveFilter } from './filter'
import type { Frames, HelloReason } from './frames'
import { Heartbeat } from './heartbeat'
import type { LiveStatistics } from './live'
import { LiveClient } from './live-client'
import type { Wire } from './wire'

/** Codes of RFC 6455 and its registry. */
const GOING_AWAY = 1001
const RESTART = 1012
const TRY_LATER = 1013

export interface LiveClientsParts {
  readonly sources: Pick<ApiSources, 'devices' | 'incidents' | 'listen'>
  readonly clock: Clock
  readonly frames: Frames
}

/** All who are connected, however they are: they come, are told, and leave or are made to. */
export class LiveClients {
  /** With how to give back their seats. */
  private readonly clients = new Map<LiveClient, () => void>()
  private readonly feed: Feed
  private readonly heartbeat: Heartbeat
  private readonly counters = { messages: 0, frames: 0 }
  private dropped = 0

  constructor(parts: LiveClientsParts) {
    const tooSlow = (client: LiveClient) => this.drop(client, TRY_LATER, 'it takes less than it is told')
    this.feed = new Feed({ ...parts, tooSlow })
    this.heartbeat = new Heartbeat(parts.clock, () => this.beat())
  }

  /** @param release gives back its seat */
  add(wire: Wire, filter: LiveFilter, reason: HelloReason, release: () => void): LiveClient {
    const client = new LiveClient(wire, filter, this.counters)
    this.clients.set(client, release)
    this.heartbeat.start()
    this.feed.join(client, reason)
    return client
  }

  refilter(client: LiveClient, filter: LiveFilter): void {
    if (this.clients.has(client)) this.feed.refilter(client, filter)
  }

  /** It is gone. May be called twice. */
  remove(client: LiveClient): void {
    const release = this.clients.get(client)
    if (!release) return
    this.clients.delete(client)
    release()
    this.feed.leave(client)
    if (this.clients.size === 0) this.heartbeat.stop()
  }

  /** Makes it leave. @param code of WebSocket */
  drop(client: LiveClient, code: number, reason: string): void {
    if (!this.clients.has(client)) return
    this.dropped++
    this.close(client, code, reason)
  }

  /** Everybody leaves; those who want to come back are told so. May be called twice. */
  stop(): void {
    for (const client of [...this.clients.keys()]) this.close(client, RESTART, 'the API stops, or starts anew')
  }

  statistics(): LiveStatistics {
    const transports = [...this.clients.keys()].map(({ wire }) => wire.transport)
    const websocket_clients = transports.filter((transport) => transport === 'websocket').length
    return {
      websocket_clients,
      event_clients: transports.length - websocket_clients,
      ...this.counters,
      dropped_clients: this.dropped,
    }
  }

  private close(client: LiveClient, code: number, reason: string): void {
    this.remove(client)
    client.wire.close(code, reason)
  }

  private beat(): void {
    this.feed.forgetDevices()
    for (const client of [...this.clients.keys()]) {
      if (!client.wire.beat()) this.drop(client, GOING_AWAY, 'it does not answer')
    }
  }
}
