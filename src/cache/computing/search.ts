import type { Clock } from '../../domain/clock'
import type { FoundIn } from '../cache'
import type { CacheEntry } from '../cache-entry'
import type { Lease } from '../cache-level'
import type { TieredLevel } from '../tiered/tiered-level'
import type { Entries } from './entries'
import type { Flight } from './flight'
import { LEASE_MS } from './held-lease'

export interface SearchParts {
  readonly level: Pick<TieredLevel, 'locate' | 'lease'>
  readonly entries: Entries
  readonly clock: Clock
}

/** Finds out whether anybody has the value of a key, or the right to bring it. */
export class Search {
  constructor(private readonly parts: SearchParts) {}

  /** The right to bring it, for somebody here. Undefined: all were answered, or nobody is interested any more. */
  async run(flight: Flight): Promise<Lease | 'alone' | undefined> {
    const { level } = this.parts
    for (let isFirst = true; flight.phase !== 'over'; isFirst = false) {
      const { deletions } = flight
      flight.phase = 'searching'
      flight.news.forget()
      if (await this.look(flight, isFirst)) return undefined
      const right = await level.lease(flight.key, flight.request.tags, LEASE_MS)
      if (right === 'taken') {
        if (!(await this.waitForOthers(flight))) return undefined
      } else if (await this.isToBring(flight, deletions, right)) {
        return right
      } else if (right !== 'alone') {
        await right.release()
      }
    }
    return undefined
  }

  /** True: all were answered. */
  private async look(flight: Flight, isFirst: boolean): Promise<boolean> {
    const { deletions } = flight
    const located = await this.parts.level.locate(flight.key)
    if (flight.phase === 'over') return true
    if (!located || flight.deletions !== deletions) return false
    return this.offer(flight, located.entry, isFirst ? located.from : 'computed')
  }

  private offer(flight: Flight, entry: CacheEntry, from: FoundIn): boolean {
    const { entries, clock } = this.parts
    const isDue = !entry.failure && entries.isDue(entry, clock.monotonic())
    if (isDue) {
      flight.served = entry
      flight.waiters.answerOthers(entry, from)
    } else {
      flight.waiters.answer(entry, from)
    }
    return !isDue
  }

  /** Between the look and the lease, another may have brought it, or deleted the key. */
  private async isToBring(flight: Flight, deletions: number, right: Lease | 'alone'): Promise<boolean> {
    if (flight.deletions !== deletions) return false
    if (right !== 'alone' && (await this.look(flight, false))) return false
    return flight.deletions === deletions
  }

  /** False: there is nobody here who waits for them. */
  private async waitForOthers(flight: Flight): Promise<boolean> {
    if (flight.phase === 'over') return false
    flight.phase = 'elsewhere'
    const usable = flight.usable()
    if (usable) flight.waiters.answer(usable, 'memory')
    // They may have died, and Redis may have told it while it was away.
    await flight.news.wait(LEASE_MS)
    return flight.waiters.size > 0
  }
}
