import type { StateChange } from '../../alerting/incidents/incident'
import type { Clock, Timer } from '../../domain/clock'
import type { Reading } from '../../domain/reading'
import type { ApiSources } from '../api-sources'
import type { LiveFilter } from './filter'
import { inParts, MOST_IN_FRAME, type Frames, type HelloReason, type News } from './frames'
import { LatestReadings } from './latest-readings'
import type { LiveClient } from './live-client'
import { ToldIncident } from './told-incident'
import type { ToldReading } from './told-reading'

const FLUSH_MS = 100
/** They are told earlier where there are more. */
const MOST_PENDING = 5000

/** All clients that are told the same. */
interface Group {
  readonly filter: LiveFilter
  readonly clients: Set<LiveClient>
}

export interface FeedParts {
  readonly sources: Pick<ApiSources, 'devices' | 'incidents' | 'listen'>
  readonly clock: Clock
  readonly frames: Frames
  /** A client takes less than it is told. It is to leave. */
  readonly tooSlow: (client: LiveClient) => void
}

/** Gathers what happens and tells it, filter by filter, to all who want it. It listens only while somebody does. */
export class Feed {
  /** By the key of their filter. */
  private readonly groups = new Map<string, Group>()
  private readonly latest = new LatestReadings()
  private readings: ToldReading[] = []
  private incidents: ToldIncident[] = []
  private timer: Timer | undefined
  private endListening: (() => void) | undefined

  constructor(private readonly parts: FeedParts) {}

  /** Tells it what is there now, and from then on what is new. */
  join(client: LiveClient, reason: HelloReason): void {
    const { sources } = this.parts
    this.endListening ??= sources.listen({
      onReading: (reading) => this.takeReading(reading),
      onIncident: (change) => this.takeIncident(change),
    })
    // What waits is part of what is there now.
    this.flush()
    this.groupOf(client.filter).clients.add(client)
    this.greet(client, reason)
  }

  /** The last turns the light off. May be called twice. */
  leave(client: LiveClient): void {
    this.part(client)
    if (this.groups.size === 0) this.end()
  }

  /** Tells it something else from now on. */
  refilter(client: LiveClient, filter: LiveFilter): void {
    this.part(client)
    client.forget()
    client.filter = filter
    this.join(client, 'filter')
  }

  /** To be called now and then. */
  forgetDevices(): void {
    this.latest.keep(this.parts.sources.devices())
  }

  private takeReading(reading: Reading): void {
    this.readings.push(this.latest.next(reading))
    if (this.readings.length >= MOST_PENDING) this.flush()
    else this.wake()
  }

  /** A critical one takes those with it that wait, so that they stay in order. */
  private takeIncident(change: StateChange): void {
    const told = ToldIncident.of(change)
    if (!told) return
    this.incidents.push(told)
    if (told.incident.severity !== 'critical') return this.wake()
    this.flushIncidents()
    this.attend()
  }

  private flush(): void {
    if (this.timer) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.flushIncidents()
    this.flushReadings()
    this.attend()
  }

  private flushIncidents(): void {
    const { incidents } = this
    if (incidents.length === 0) return
    this.incidents = []
    for (const { filter, clients } of this.groups.values()) {
      const wanted = incidents.filter(({ incident }) => filter.passesIncident(incident))
      for (const part of inParts(wanted)) this.tell(clients, filter, { incidents: part })
    }
  }

  private flushReadings(): void {
    const { readings } = this
    if (readings.length === 0) return
    this.readings = []
    for (const { filter, clients } of this.groups.values()) {
      const wanted = readings.filter((told) => filter.passes(told))
      for (const part of inParts(wanted)) this.tell(clients, filter, { readings: part })
    }
  }

  private tell(clients: ReadonlySet<LiveClient>, filter: LiveFilter, news: News): void {
    const frame = this.parts.frames.news(news, filter.fields)
    for (const client of clients) client.tell(news, frame)
  }

  /** Looks after those that are behind. */
  private attend(): void {
    const { clock, frames, tooSlow } = this.parts
    const now_ms = clock.monotonic()
    for (const { clients } of [...this.groups.values()]) {
      for (const client of clients) {
        if (client.isBehind) client.catchUp(frames)
        if (client.isTooSlow(now_ms)) tooSlow(client)
        else if (client.isBehind) this.wake()
      }
    }
  }

  private wake(): void {
    this.timer ??= this.parts.clock.setTimeout(() => {
      this.timer = undefined
      this.flush()
    }, FLUSH_MS)
  }

  private greet(client: LiveClient, reason: HelloReason): void {
    const { sources, clock, frames } = this.parts
    const { filter } = client
    const told = filter.hasReadings ? this.latest.of(sources.devices()) : []
    const [readings = [], ...rest] = inParts(told.filter((each) => filter.matches(each)))
    const incidents = (filter.hasIncidents ? sources.incidents() : [])
      .filter((incident) => incident.state !== 'resolved' && filter.passesIncident(incident))
      .toSorted((one, other) => other.raised_at - one.raised_at)
      .slice(0, MOST_IN_FRAME)
    client.send(frames.hello({ reason, timestamp: clock.now(), filter, readings, incidents }))
    for (const part of rest) client.tellLater({ readings: part })
    client.catchUp(frames)
    if (client.isBehind) this.wake()
  }

  private groupOf(filter: LiveFilter): Group {
    const known = this.groups.get(filter.key)
    if (known) return known
    const group = { filter, clients: new Set<LiveClient>() }
    this.groups.set(filter.key, group)
    return group
  }

  private part(client: LiveClient): void {
    const { key } = client.filter
    const group = this.groups.get(key)
    group?.clients.delete(client)
    if (group?.clients.size === 0) this.groups.delete(key)
  }

  private end(): void {
    this.endListening?.()
    this.endListening = undefined
    if (this.timer) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.readings = []
    this.incidents = []
    this.latest.clear()
  }
}
