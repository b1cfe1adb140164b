import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { FoundIn, Turn } from '../cache'
import type { CacheEntry } from '../cache-entry'
import type { Lease } from '../cache-level'
import type { TieredLevel } from '../tiered/tiered-level'
import type { Entries } from './entries'
import { Flight, timedOut, type Outcome } from './flight'
import { HeldLease, LEASE_MS } from './held-lease'
import type { Request } from './request'

/** Questions without an answer, at most. */
const MAXIMUM_OPEN = 10_000

/** One key, or all whose computation is meant. */
export type Meant = string | ((flight: Flight) => boolean)

export interface ComputationsParts {
  readonly level: Pick<TieredLevel, 'locate' | 'lease' | 'put'>
  readonly entries: Entries
  readonly clock: Clock
  /** What the ids of turns begin with: those of another cache, or of an earlier start, are not taken for ours. */
  readonly name: string
  /** A turn has passed without a value. */
  readonly onPassed: (request: Request) => void
}

/** Who computes what, and who waits for it: one at a time for each key, in this process and through leases in all. */
export class Computations {
  /** The newest of each key. */
  private readonly flights = new Map<string, Flight>()
  /** By the id of the turn; also those whose key has been deleted meanwhile. */
  private readonly turns = new Map<string, Flight>()
  private open = 0
  private count = 0
  private isClosed = false

  constructor(private readonly parts: ComputationsParts) {}

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
      return await (current ?? this.begin(request, served)).join(request.wait_ms)
    } finally {
      this.open--
    }
  }

  /** The request whose turn it is, unless it has ended. */
  requestOf({ id, key }: Turn): Request | undefined {
    const request = this.turns.get(id)?.request
    return request?.key === key ? request : undefined
  }

  /** Calls back when the turn passes without a value. */
  whenPassed({ id }: Turn, callback: (error: MonitorError) => void): void {
    const flight = this.turns.get(id)
    if (flight) flight.onPassed = callback
  }

  /** Ends a turn. Whether the entry was kept. */
  async complete({ id }: Turn, entry: CacheEntry): Promise<boolean> {
    const flight = this.turns.get(id)
    if (!flight) return false
    flight.answer(entry, 'computed')
    return this.keep(flight, entry, !this.parts.entries.isTooLarge(entry))
  }

  /** Ends a turn that brings nothing. */
  async fail({ id }: Turn, error: MonitorError): Promise<void> {
    const flight = this.turns.get(id)
    if (!flight) return
    const { entries } = this.parts
    flight.reject(() => loadFailed(flight.key, error))
    if (flight.usable()) await this.rest(flight)
    else await this.keep(flight, entries.ofFailure(error, flight.request), entries.negative_ms > 0)
  }

  /** Somebody here has set the value of a key. */
  set(key: string, entry: CacheEntry): void {
    const flight = this.flights.get(key)
    if (!flight) return
    flight.answer(entry, 'computed')
    // Others who wait for the lease must find the value where it was.
    void (flight.isVoid ? flight.lease?.release() : flight.lease?.commit(entry))
    this.end(flight)
  }

  /** Keys were deleted here: what is being computed of them is not kept, and who asks from now on waits for another. */
  deleted(meant: Meant): void {
    for (const flight of this.select(meant)) {
      flight.served = undefined
      flight.deletions++
      if (flight.phase === 'resting') this.end(flight)
      else if (flight.turn) this.makeVoid(flight)
    }
  }

  /** Something about keys may have changed in Redis. */
  changed(meant: Meant): void {
    for (const flight of this.select(meant)) {
      if (flight.phase === 'turn' || flight.phase === 'overdue') {
        void this.verify(flight)
      } else if (flight.phase === 'resting') {
        this.end(flight)
      } else if (flight.phase !== 'keeping') {
        flight.served = undefined
        flight.wake()
      }
    }
  }

  async stop(): Promise<void> {
    this.isClosed = true
    const flights = new Set([...this.flights.values(), ...this.turns.values()])
    for (const flight of flights) flight.disappoint(closed)
    await Promise.all([...flights].map((flight) => this.abandon(flight)))
  }

  private select(meant: Meant): Flight[] {
    if (typeof meant !== 'string') return [...this.flights.values()].filter(meant)
    const flight = this.flights.get(meant)
    return flight ? [flight] : []
  }

  private begin(request: Request, served: CacheEntry | undefined): Flight {
    const before = this.flights.get(request.key)
    const flight = new Flight(request, this.parts.clock)
    flight.served = served
    this.flights.set(request.key, flight)
    void this.search(flight, before)
    return flight
  }

  /** Until there is a value, or somebody here has the turn. */
  private async search(flight: Flight, before: Flight | undefined): Promise<void> {
    if (before && !before.isVoid) await this.abandon(before)
    for (let isFirst = true; flight.phase !== 'over'; isFirst = false) {
      const { deletions } = flight
      flight.listen()
      flight.phase = 'searching'
      if (await this.look(flight, isFirst)) return
      const lease = await this.parts.level.lease(flight.key, flight.request.tags, LEASE_MS)
      if (lease === 'taken') {
        await this.waitForOthers(flight)
      } else if (lease === 'alone') {
        if (flight.deletions === deletions) return this.grant(flight)
      } else if (await this.isToCompute(flight, deletions)) {
        return this.grant(flight, lease)
      } else {
        await lease.release()
      }
    }
  }

  /** True: there is nothing more to do. */
  private async look(flight: Flight, isFirst: boolean): Promise<boolean> {
    const { deletions } = flight
    const located = await this.parts.level.locate(flight.key)
    if (flight.phase === 'over') return true
    if (!located || flight.deletions !== deletions) return false
    return this.offer(flight, located.entry, isFirst ? located.from : 'computed')
  }

  /** True: it is as good as a new one. */
  private offer(flight: Flight, entry: CacheEntry, from: FoundIn): boolean {
    const { entries, clock } = this.parts
    if (!entry.failure && entries.isDue(entry, clock.monotonic())) {
      flight.served = entry
      flight.answerOthers(entry, from)
      return false
    }
    flight.answer(entry, from)
    this.end(flight)
    return true
  }

  /** Between the look and the lease, another may have brought it. */
  private async isToCompute(flight: Flight, deletions: number): Promise<boolean> {
    if (flight.phase === 'over' || flight.deletions !== deletions) return false
    return !(await this.look(flight, false)) && flight.deletions === deletions
  }

  private async waitForOthers(flight: Flight): Promise<void> {
    if (flight.phase === 'over') return
    flight.phase = 'elsewhere'
    const usable = flight.usable()
    if (usable) flight.answer(usable, 'memory')
    await flight.sleep(LEASE_MS)
    // Nobody here is interested any more.
    if (flight.phase === 'elsewhere' && flight.waiting === 0) this.end(flight)
  }

  private grant(flight: Flight, lease?: Lease): void {
    const { clock, name } = this.parts
    const first = flight.phase === 'searching' ? flight.takeFirst() : undefined
    if (!first) {
      void lease?.release()
      return this.end(flight)
    }
    const turn = { key: flight.key, id: `${name}-${++this.count}` }
    flight.phase = 'turn'
    flight.turn = turn
    flight.since_ms = clock.monotonic()
    flight.lease = lease && new HeldLease(lease, clock, () => this.makeVoid(flight))
    flight.lease?.hold()
    flight.setTimer(first.wait_ms, () => this.pass(flight, first.wait_ms))
    this.turns.set(turn.id, flight)
    first.resolve({ turn, served: flight.usable() })
  }

  /** Its time is over. What it brings yet is kept if it comes before anybody else has the turn, and before a lease would end. */
  private pass(flight: Flight, wait_ms: number): void {
    flight.phase = 'overdue'
    flight.lease?.letGo()
    this.parts.onPassed(flight.request)
    flight.disappoint(() => timedOut(flight.key, wait_ms))
    flight.setTimer(LEASE_MS, () => void this.abandon(flight))
  }

  private async keep(flight: Flight, entry: CacheEntry, isWanted: boolean): Promise<boolean> {
    const { lease } = flight
    if (flight.isVoid || !isWanted) {
      await this.abandon(flight)
      return false
    }
    if (!lease) {
      this.parts.level.put(flight.key, entry)
      this.end(flight)
      return true
    }
    this.endTurn(flight)
    flight.phase = 'keeping'
    flight.brought = entry
    const isKept = await lease.commit(entry)
    this.end(flight)
    return isKept
  }

  /** The old value goes on being served, and is refreshed again when a failure is tried again. */
  private async rest(flight: Flight): Promise<void> {
    const { clock, entries } = this.parts
    const { negative_ms } = entries
    const served = flight.usable()
    if (!served || flight.isVoid || negative_ms === 0) return this.abandon(flight)
    const { lease } = flight
    this.endTurn(flight)
    flight.lease = undefined
    flight.phase = 'resting'
    flight.setTimer(Math.min(negative_ms, served.ends_ms - clock.monotonic()), () => this.end(flight))
    await lease?.release()
  }

  /** Another process may have set the key, or deleted it, while it is computed here. */
  private async verify(flight: Flight): Promise<void> {
    const located = await this.parts.level.locate(flight.key)
    if (flight.phase !== 'turn' && flight.phase !== 'overdue') return
    if (located && !located.entry.failure && located.entry.stored_ms > flight.since_ms) {
      flight.answer(located.entry, 'computed')
      await this.abandon(flight)
    } else {
      flight.served &&= located?.entry
      await flight.lease?.check()
    }
  }

  private makeVoid(flight: Flight): void {
    flight.isVoid = true
    flight.lease?.letGo()
  }

  private async abandon(flight: Flight): Promise<void> {
    const { lease } = flight
    if (flight.phase === 'over') return
    this.end(flight)
    await lease?.release()
  }

  private endTurn(flight: Flight): void {
    flight.clearTimer()
    if (flight.turn) this.turns.delete(flight.turn.id)
  }

  private end(flight: Flight): void {
    this.endTurn(flight)
    flight.phase = 'over'
    flight.lease = undefined
    flight.wake()
    if (this.flights.get(flight.key) === flight) this.flights.delete(flight.key)
  }
}

/** As whoever waits hears of it; its cause has the code. */
export function loadFailed(key: string, error: MonitorError): MonitorError {
  return new MonitorError('CACHE_LOAD_FAILED', `${key}: ${error.message}`, { cause: error })
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The cache is closed')
}
