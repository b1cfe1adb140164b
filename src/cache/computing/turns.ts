import type { Clock } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { Found, Turn } from '../cache'
import type { CacheEntry } from '../cache-entry'
import type { Lease } from '../cache-level'
import type { TieredLevel } from '../tiered/tiered-level'
import { foundOf, loadFailed } from './answers'
import type { Entries } from './entries'
import type { Flight } from './flight'
import { HeldLease, LEASE_MS } from './held-lease'
import type { Request } from './request'
import { timedOut, type Waiter } from './waiters'

export interface TurnsParts {
  readonly level: Pick<TieredLevel, 'locate' | 'put'>
  readonly entries: Entries
  readonly clock: Clock
  /** What their ids begin with: those of another cache, or of an earlier start, are not taken for ours. */
  readonly name: string
  /** A turn has passed without a value. */
  readonly onPassed: (request: Request) => void
  readonly onEnded: (flight: Flight) => void
}

/** Those who are to bring a value: from when they may to what has become of it. */
export class Turns {
  /** By the id of the turn; also those whose key has been deleted meanwhile. */
  private readonly flights = new Map<string, Flight>()
  private count = 0

  constructor(private readonly parts: TurnsParts) {}

  get size(): number {
    return this.flights.size
  }

  all(): Iterable<Flight> {
    return this.flights.values()
  }

  grant(flight: Flight, { wait_ms, resolve }: Waiter, lease: Lease | undefined): void {
    const { clock, name } = this.parts
    const turn = { key: flight.key, id: `${name}-${++this.count}` }
    flight.phase = 'turn'
    flight.turn = { ...turn, since_ms: clock.monotonic(), wait_ms }
    flight.lease = lease && new HeldLease(lease, clock, () => this.makeVoid(flight))
    flight.lease?.hold()
    flight.setTimer(wait_ms, () => this.pass(flight, wait_ms))
    this.flights.set(turn.id, flight)
    resolve({ turn, served: flight.usable() })
  }

  /** Undefined: the turn has ended. */
  requestOf({ id, key }: Turn): Request | undefined {
    const request = this.flights.get(id)?.request
    return request?.key === key ? request : undefined
  }

  /** What the turn brings, for whoever has it and must not wait for ever either. Undefined: it has ended already. */
  async brought({ id }: Turn): Promise<Found | undefined> {
    const flight = this.flights.get(id)
    if (!flight?.turn) return undefined
    const outcome = await flight.waiters.join(flight.turn.wait_ms)
    return 'turn' in outcome ? undefined : foundOf(outcome.entry, outcome.from, this.parts.clock.monotonic())
  }

  /** Whether the entry was kept. */
  async complete({ id }: Turn, entry: CacheEntry): Promise<boolean> {
    const flight = this.flights.get(id)
    if (!flight) return false
    flight.waiters.answer(entry, 'computed')
    return this.keep(flight, entry, !this.parts.entries.isTooLarge(entry))
  }

  async fail({ id }: Turn, error: MonitorError): Promise<void> {
    const flight = this.flights.get(id)
    if (!flight) return
    const { entries } = this.parts
    flight.waiters.reject(() => loadFailed(flight.key, error))
    if (flight.usable()) await this.rest(flight)
    else await this.keep(flight, entries.ofFailure(error, flight.request), entries.negative_ms > 0)
  }

  /** Another process may have set the key, or deleted it, while it is computed here. */
  async verify(flight: Flight): Promise<void> {
    const located = await this.parts.level.locate(flight.key)
    if (!flight.turn || (flight.phase !== 'turn' && flight.phase !== 'overdue')) return
    if (located && !located.entry.failure && located.entry.stored_ms > flight.turn.since_ms) {
      flight.waiters.answer(located.entry, 'computed')
      await this.abandon(flight)
    } else {
      flight.served &&= located?.entry
      await flight.lease?.check()
    }
  }

  /** What it brings is answered, and not kept. */
  makeVoid(flight: Flight): void {
    flight.isVoid = true
    flight.lease?.letGo()
  }

  async abandon(flight: Flight): Promise<void> {
    const { lease } = flight
    if (flight.phase === 'over') return
    this.end(flight)
    await lease?.release()
  }

  end(flight: Flight): void {
    this.take(flight)
    flight.end()
    this.parts.onEnded(flight)
  }

  /** Its time is over. What it brings yet is kept if nobody else has the turn by then, and a lease would not have ended. */
  private pass(flight: Flight, wait_ms: number): void {
    flight.phase = 'overdue'
    flight.lease?.letGo()
    this.parts.onPassed(flight.request)
    flight.waiters.reject(() => timedOut(flight.key, wait_ms))
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
    this.take(flight)
    flight.phase = 'keeping'
    flight.brought = entry
    const isKept = await lease.commit(entry)
    this.end(flight)
    return isKept
  }

  /** The old value goes on being served, and is refreshed again when a failure is tried again. */
  private async rest(flight: Flight): Promise<void> {
    const { clock, entries } = this.parts
    const { lease } = flight
    const served = flight.usable()
    if (!served || flight.isVoid || entries.negative_ms === 0) return this.abandon(flight)
    this.take(flight)
    flight.phase = 'resting'
    flight.lease = undefined
    flight.setTimer(Math.min(entries.negative_ms, served.ends_ms - clock.monotonic()), () => this.end(flight))
    await lease?.release()
  }

  private take(flight: Flight): void {
    flight.clearTimer()
    if (flight.turn) this.flights.delete(flight.turn.id)
  }
}
