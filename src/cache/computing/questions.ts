import type { Clock } from '../../domain/clock'
import type { Asked, AskOptions, Found } from '../cache'
import type { CacheCounters } from '../cache-counters'
import type { CacheEntry } from '../cache-entry'
import type { CacheKind } from '../cache-options'
import { keyOf } from '../keys'
import type { TieredLevel } from '../tiered/tiered-level'
import { failureOf, foundOf } from './answers'
import type { Computations } from './computations'
import type { Entries } from './entries'
import { requestOf, type Request } from './request'

export interface QuestionsParts {
  readonly level: Pick<TieredLevel, 'peek' | 'locate' | 'find'>
  readonly entries: Entries
  readonly computations: Computations
  readonly counters: CacheCounters
  readonly clock: Clock
}

/** Answers questions from what is kept, else from what is computed, and counts them: as a hit, a miss or a wait. */
export class Questions {
  private readonly level: QuestionsParts['level']
  private readonly entries: Entries
  private readonly computations: Computations
  private readonly counters: CacheCounters
  private readonly clock: Clock

  constructor({ level, entries, computations, counters, clock }: QuestionsParts) {
    this.level = level
    this.entries = entries
    this.computations = computations
    this.counters = counters
    this.clock = clock
  }

  peek(key: string, kind: CacheKind): Found | undefined {
    const found = this.remembered(key)
    if (!found) this.counters.add(kind, 'misses')
    return found
  }

  async get(key: string, kind: CacheKind): Promise<Found | undefined> {
    const found = this.remembered(key) ?? (await this.located(keyOf(key)))
    if (!found) this.counters.add(kind, 'misses')
    return found
  }

  async find(pattern: string, limit: number): Promise<ReadonlyMap<string, Found>> {
    const entries = await this.level.find(pattern, limit)
    const now_ms = this.clock.monotonic()
    const found = new Map<string, Found>()
    for (const [key, entry] of entries) {
      if (isServable(entry, now_ms)) found.set(key, foundOf(entry, this.level.peek(key) ? 'memory' : 'redis', now_ms))
    }
    return found
  }

  async ask(key: string, options: AskOptions): Promise<Asked> {
    const entry = this.kept(key)
    if (!entry) return this.askOthers(requestOf(keyOf(key), options))
    const now_ms = this.clock.monotonic()
    const found = this.hit(entry, 'memory', now_ms)
    if (entry.failure) throw failureOf(key, entry.failure)
    return this.entries.isDue(entry, now_ms) ? this.refresh(requestOf(keyOf(key), options), entry, found) : { found }
  }

  private async askOthers(request: Request): Promise<Asked> {
    const outcome = await this.computations.ask(request).catch((error: unknown) => {
      this.counters.add(request.kind, 'waits')
      throw error
    })
    const now_ms = this.clock.monotonic()
    if ('turn' in outcome) {
      const { turn, served } = outcome
      this.counters.add(request.kind, 'loads')
      if (served) return { found: this.hit(served, 'redis', now_ms), turn }
      this.counters.add(request.kind, 'misses')
      return { turn }
    }
    const { entry, from } = outcome
    if (from === 'computed') this.counters.add(request.kind, 'waits')
    const found = from === 'computed' ? foundOf(entry, from, now_ms) : this.hit(entry, from, now_ms)
    if (entry.failure) throw failureOf(request.key, entry.failure)
    return { found }
  }

  /** The value is served in any case. One of all who ask gets the turn to bring a new one. */
  private async refresh(request: Request, entry: CacheEntry, found: Found): Promise<Asked> {
    if (this.computations.current(request.key)) return { found }
    const outcome = await this.computations.ask(request, entry).catch(() => undefined)
    if (!outcome || !('turn' in outcome)) return { found }
    this.counters.add(request.kind, 'loads')
    return { found, turn: outcome.turn }
  }

  private remembered(key: string): Found | undefined {
    const entry = this.kept(key)
    if (!entry) return undefined
    const now_ms = this.clock.monotonic()
    return isServable(entry, now_ms) ? this.hit(entry, 'memory', now_ms) : undefined
  }

  private async located(key: string): Promise<Found | undefined> {
    const located = await this.level.locate(key)
    const now_ms = this.clock.monotonic()
    if (!located || !isServable(located.entry, now_ms)) return undefined
    return this.hit(located.entry, located.from, now_ms)
  }

  /** A key that something is kept under was checked when it was put there: to check it again would take longer than to look. */
  private kept(key: string): CacheEntry | undefined {
    const entry = this.level.peek(key)
    if (entry) return entry
    const checked = keyOf(key)
    return checked === key ? undefined : this.level.peek(checked)
  }

  private hit(entry: CacheEntry, from: 'memory' | 'redis', now_ms: number): Found {
    const found = foundOf(entry, from, now_ms)
    this.counters.hit(entry.kind, from, found.age_ms, found.stale)
    return found
  }
}

function isServable(entry: CacheEntry, now_ms: number): boolean {
  return entry.failure === undefined && entry.isFresh(now_ms)
}
