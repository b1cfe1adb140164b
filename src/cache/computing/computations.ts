import { MonitorError } from '../../domain/errors'
import type { CacheEntry } from '../cache-entry'
import { Flight } from './flight'
import type { Request } from './request'
import { Search, type SearchParts } from './search'
import { Turns, type TurnsParts } from './turns'
import type { Outcome } from './waiters'

/** Questions without an answer, at most. */
const MAXIMUM_OPEN = 10_000

/** One key, or all whose computation is meant. */
export type Meant = string | ((flight: Flight) => boolean)

export type ComputationsParts = SearchParts & Omit<TurnsParts, 'onEnded'>

/** Who computes what, and who waits for it: one at a time for each key, in this process and through leases in all. */
export class Computations {
  /** The newest of each key. */
  private readonly flights = new Map<string, Flight>()
  readonly turns: Turns
  private readonly searching: Search
  private open = 0
  private isClosed = false

  constructor(private readonly parts: ComputationsParts) {
    this.searching = new Search(parts)
    this.turns = new Turns({ ...parts, onEnded: (flight) => this.forget(flight) })
  }

  /** The computation of a key that whoever asks now may join. */
  current(key: string): Flight | undefined {
    const flight = this.flights.get(key)
    return flight?.isOpen ? flight : undefined
  }

  /** @throws MonitorError `CLOSED`, `QUEUE_FULL` */
  async ask(request: Request, served?: CacheEntry): Promise<Outcome> {
    if (this.isClosed) throw closed()
    if (this.open + this.turns.size >= MAXIMUM_OPEN) {
      throw new MonitorError('QUEUE_FULL', `${request.key}: ${MAXIMUM_OPEN} questions wait for an answer already`)
    }
    const current = this.current(request.key)
    const known = current?.known()
    if (known) return known
    this.open++
    try {
      return await (current ?? this.begin(request, served)).waiters.join(request.wait_ms)
    } finally {
      this.open--
    }
  }

  /** Somebody here has set the value of a key, and it is kept or not. */
  set(key: string, entry: CacheEntry, isKept: boolean): void {
    const flight = this.flights.get(key)
    if (!flight) return
    flight.waiters.answer(entry, 'computed')
    // Others who wait for the lease must find the value where it was.
    void (isKept && !flight.isVoid ? flight.lease?.commit(entry) : flight.lease?.release())
    this.turns.end(flight)
  }

  /** Keys were deleted here: what is being computed of them is not kept, and who asks from now on waits for another. */
  deleted(meant: Meant): void {
    for (const flight of this.select(meant)) {
      flight.served = undefined
      flight.deletions++
      if (flight.phase === 'resting') this.turns.end(flight)
      else if (flight.turn) this.turns.makeVoid(flight)
    }
  }

  /** Something about keys may have changed in Redis. */
  changed(meant: Meant): void {
    for (const flight of this.select(meant)) {
      if (flight.phase === 'turn' || flight.phase === 'overdue') {
        void this.turns.verify(flight)
      } else if (flight.phase === 'resting') {
        this.turns.end(flight)
      } else if (flight.phase !== 'keeping') {
        flight.served = undefined
        flight.news.tell()
      }
    }
  }

  async stop(): Promise<void> {
    this.isClosed = true
    const flights = new Set([...this.flights.values(), ...this.turns.all()])
    for (const flight of flights) flight.waiters.reject(closed)
    await Promise.all([...flights].map((flight) => this.turns.abandon(flight)))
  }

  private select(meant: Meant): Flight[] {
    if (typeof meant !== 'string') return [...this.flights.values()].filter(meant)
    const flight = this.flights.get(meant)
    return flight ? [flight] : []
  }

  private begin(request: Request, served: CacheEntry | undefined): Flight {
    const before = this.flights.get(request.key)
    const flight = new Flight(request, served, this.parts.clock)
    this.flights.set(request.key, flight)
    void this.search(flight, before)
    return flight
  }

  private async search(flight: Flight, before: Flight | undefined): Promise<void> {
    if (before && !before.isVoid) await this.turns.abandon(before)
    const right = await this.searching.run(flight)
    const first = right && flight.phase === 'searching' ? flight.waiters.takeFirst() : undefined
    const lease = right === 'alone' ? undefined : right
    if (first) return this.turns.grant(flight, first, lease)
    this.turns.end(flight)
    await lease?.release()
  }

  private forget(flight: Flight): void {
    if (this.flights.get(flight.key) === flight) this.flights.delete(flight.key)
  }
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The cache is closed')
}
