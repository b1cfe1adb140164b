import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../domain/clock'
import { toMonitorError } from '../../domain/errors'
import type { ApiOptions } from '../api-options'
import type { ApiSources } from '../api-sources'
import { problem, problemOf } from '../problems/problem'
import { refuseUpgrade } from '../problems/refuse-upgrade'
import type { Caller } from '../protection/caller'
import type { Admission } from '../protection/gate'
import { valuesOf } from '../routing/query'
import type { Route } from '../routing/route'
import { EventWire } from './event-wire'
import { LiveFilter } from './filter'
import { Frames } from './frames'
import type { Live, LiveStatistics } from './live'
import { LiveClients } from './live-clients'
import { eventsRoute, ticketRoute, webSocketRoute, type LiveValues } from './live-routes'
import { refuse } from './refuse'
import { Seats } from './seats'
import { Tickets } from './tickets'
import { WebSocketDoor } from './websocket-door'

const EVENT_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Otherwise nginx holds back what comes little by little.
  'X-Accel-Buffering': 'no',
} as const

export interface LiveServerParts {
  readonly options: Pick<ApiOptions, 'live_clients' | 'keys'>
  readonly sources: Pick<ApiSources, 'devices' | 'incidents' | 'listen'>
  readonly clock: Clock
}

/** Tells clients of an API what happens, over WebSocket and server-sent events. */
export class LiveServer implements Live {
  readonly routes: readonly Route[]
  private readonly frames = new Frames()
  private readonly tickets: Tickets
  private readonly seats: Seats
  private readonly clients: LiveClients
  private readonly door: WebSocketDoor
  private isOpen = false

  constructor(private readonly parts: LiveServerParts) {
    const { sources, clock, options } = parts
    const { frames } = this
    this.tickets = new Tickets(clock)
    this.seats = new Seats(options.live_clients)
    this.clients = new LiveClients({ sources, clock, frames })
    this.door = new WebSocketDoor(this.clients, frames, clock)
    const events = eventsRoute((response, filter, caller, ticket) => {
      const admission = this.admit(ticket, this.isKnown(caller) ? caller : undefined)
      if ('refusal' in admission) refuse(response, admission.refusal)
      else this.openEvents(response, filter, admission.caller)
    })
    this.routes = [webSocketRoute, events, ticketRoute(this.tickets)]
  }

  start(): void {
    this.isOpen = true
  }

  stop(): void {
    this.isOpen = false
    this.clients.stop()
    this.tickets.clear()
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string, caller: Caller | undefined): void {
    const { path: place } = webSocketRoute
    const query = path === place ? '' : path.startsWith(`${place}?`) ? path.slice(place.length + 1) : undefined
    if (query === undefined) return refuseUpgrade(socket, problem(404, 'WebSocket is at /live alone'))
    try {
      const { ticket, ...values } = valuesOf(webSocketRoute, new Map(), query) as unknown as LiveValues
      const admission = this.admit(ticket, caller)
      if ('refusal' in admission) return refuseUpgrade(socket, admission.refusal)
      const seat = () => this.seats.take(admission.caller.counted_by)
      this.door.open({ request, socket, head, filter: new LiveFilter(values), seat })
    } catch (thrown) {
      refuseUpgrade(socket, problemOf(toMonitorError(thrown)))
    }
  }

  statistics(): LiveStatistics {
    return this.clients.statistics()
  }

  private openEvents(response: ServerResponse, filter: LiveFilter, caller: Caller): void {
    if (response.destroyed) return
    response.writeHead(200, EVENT_HEADERS)
    // Whoever goes away while it is told: its `close` follows.
    response.on('error', () => undefined)
    const { frames } = this
    const reason = response.req.headers['last-event-id'] === undefined ? 'connected' : 'resumed'
    const release = this.seats.take(caller.counted_by)
    const client = this.clients.add(new EventWire(response, frames), filter, reason, release)
    response.on('close', () => this.clients.remove(client))
  }

  /** A ticket that is given is used. */
  private admit(ticket: string | undefined, known: Caller | undefined): Admission {
    if (!this.isOpen) return { refusal: problem(503, 'nothing is told live now') }
    const caller = ticket === undefined ? known : this.tickets.take(ticket)
    if (!caller) return { refusal: problem(401, 'a key is needed, or a ticket of /live/ticket that was not used yet') }
    const refusal = this.seats.refusal(caller.counted_by)
    return refusal ? { refusal } : { caller }
  }

  /** Requests for events come in without a key, because of tickets. */
  private isKnown({ key }: Caller): boolean {
    return key !== undefined || this.parts.options.keys.length === 0
  }
}
