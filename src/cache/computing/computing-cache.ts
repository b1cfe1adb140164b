import type { Clock, Random } from '../../domain/clock'
import { MonitorError, toMonitorError } from '../../domain/errors'
import type { Asked, AskOptions, Cache, CacheStatus, Found, FoundIn, KeepOptions, Turn } from '../cache'
import type { CacheCounters } from '../cache-counters'
import type { CacheEntry, Failure } from '../cache-entry'
import type { CacheKind, CacheOptions } from '../cache-options'
import type { CacheStatistics } from '../cache-statistics'
import { keyOf, matcherOf, patternOf, tagOf } from '../keys'
import type { TieredLevel } from '../tiered/tiered-level'
import { Computations, loadFailed, type Meant } from './computations'
import type { Condition } from './condition'
import { Entries } from './entries'
import { keepingOf, requestOf, type Keeping, type Request } from './request'

/** More than any list that people look at. */
const FIND_LIMIT = 10_000

export interface ComputingCacheParts {
  readonly level: TieredLevel
  readonly options: CacheOptions
  readonly counters: CacheCounters
  readonly condition: Condition
  readonly clock: Clock
  readonly random: Random
}

/** One computation per key, times to live, refreshing: see `Cache`. */
export class ComputingCache implements Cache {
  private readonly level: TieredLevel
  private readonly counters: CacheCounters
  private readonly condition: Condition
  private readonly clock: Clock
  private readonly entries: Entries
  private readonly computations: Computations
  private isStarted = false
  private stopping: Promise<void> | undefined

  constructor({ level, options, counters, condition, clock, random }: ComputingCacheParts) {
    this.level = level
    this.counters = counters
    this.condition = condition
    this.clock = clock
    this.entries = new Entries(options, clock, random)
    this.computations = new Computations({
      level,
      entries: this.entries,
      clock,
      name: random().toString(36).slice(2),
      onPassed: ({ kind }) => counters.add(kind, 'load_failures'),
    })
  }

  get lifetimes_ms(): Readonly<Record<CacheKind, number>> {
    return this.entries.lifetimes_ms
  }

  start(): void {
    if (this.isStarted || this.stopping) return
    this.isStarted = true
    this.level.watch({
      changed: (key) => this.computations.changed(key ?? (() => true)),
      state: () => {
        this.computations.changed(() => true)
        this.condition.tell()
      },
    })
    this.level.start()
    this.condition.start()
  }

  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  peek(key: string, kind: CacheKind = 'flow'): Found | undefined {
    const found = this.remembered(key)
    if (!found) this.counters.add(kind, 'misses')
    return found
  }

  async get(key: string, kind: CacheKind = 'flow'): Promise<Found | undefined> {
    const found = this.remembered(key) ?? (await this.look(keyOf(key)))
    if (!found) this.counters.add(kind, 'misses')
    return found
  }

  async find(pattern: string): Promise<ReadonlyMap<string, Found>> {
    const entries = await this.level.find(patternOf(pattern), FIND_LIMIT)
    const now_ms = this.clock.monotonic()
    const found = new Map<string, Found>()
    for (const [key, entry] of entries) {
      const from = this.level.peek(key) ? 'memory' : 'redis'
      if (isServable(entry, now_ms)) found.set(key, foundOf(entry, from, now_ms))
    }
    return found
  }

  set(key: string, value: unknown, options: KeepOptions = {}): void {
    const checked = keyOf(key)
    const entry = this.entries.ofValue(value, keepingOf(options))
    if (this.stopping) return
    this.counters.add(entry.kind, 'sets')
    if (this.isRefused(checked, entry)) void this.level.delete([checked])
    else this.level.put(checked, entry)
    this.computations.set(checked, entry)
  }

  async delete(key: string): Promise<number> {
    const checked = keyOf(key)
    return this.invalidate(checked, () => this.level.delete([checked]))
  }

  async deleteMatching(pattern: string): Promise<number> {
    const checked = patternOf(pattern)
    const matches = matcherOf(checked)
    return this.invalidate(
      ({ key }) => matches(key),
      () => this.level.deleteMatching(checked),
    )
  }

  async deleteTagged(tag: string): Promise<number> {
    const checked = tagOf(tag)
    return this.invalidate(
      ({ request }) => request.tags.includes(checked),
      () => this.level.deleteTagged(checked),
    )
  }

  async ask(key: string, options: AskOptions = {}): Promise<Asked> {
    const entry = this.memorised(key)
    const now_ms = this.clock.monotonic()
    if (!entry) return this.askOthers(requestOf(keyOf(key), options))
    const found = this.hit(entry, 'memory', now_ms)
    if (entry.failure) throw failureOf(key, entry.failure)
    if (!this.entries.isDue(entry, now_ms)) return { found }
    return this.refresh(requestOf(keyOf(key), options), entry, found)
  }

  async complete(turn: Turn, value: unknown, options: KeepOptions = {}): Promise<boolean> {
    const request = this.computations.requestOf(turn)
    if (!request) return false
    const entry = await this.entryOf(turn, value, keepingOf(options, request))
    return this.computations.complete(turn, entry)
  }

  async fail(turn: Turn, error: MonitorError): Promise<void> {
    const request = this.computations.requestOf(turn)
    if (!request) return
    this.counters.add(request.kind, 'load_failures')
    await this.computations.fail(turn, error)
  }

  async fetch(key: string, load: () => Promise<unknown>, options: AskOptions = {}): Promise<Found> {
    const { found, turn } = await this.ask(key, options).catch((error: unknown) => {
      throw causeOf(error)
    })
    if (!turn) return found as Found
    const loading = this.load(turn, load, keepingOf(options))
    if (!found) return this.untilPassed(turn, loading)
    // Counted, and told to those who wait.
    loading.catch(() => undefined)
    return found
  }

  status(): CacheStatus {
    return this.condition.status()
  }

  watch(watcher: (status: CacheStatus) => void): () => void {
    return this.condition.watch(watcher)
  }

  statistics(): CacheStatistics {
    return this.condition.statistics()
  }

  private async end(): Promise<void> {
    await this.computations.stop()
    await this.level.stop()
    this.condition.stop()
  }

  /** A key that something is kept under was checked when it was put there: to check it again would take longer than to look. */
  private memorised(key: string): CacheEntry | undefined {
    const entry = this.level.peek(key)
    if (entry) return entry
    const checked = keyOf(key)
    return checked === key ? undefined : this.level.peek(checked)
  }

  private remembered(key: string): Found | undefined {
    const entry = this.memorised(key)
    if (!entry) return undefined
    const now_ms = this.clock.monotonic()
    return isServable(entry, now_ms) ? this.hit(entry, 'memory', now_ms) : undefined
  }

  private async look(key: string): Promise<Found | undefined> {
    const located = await this.level.locate(key)
    const now_ms = this.clock.monotonic()
    if (!located || !isServable(located.entry, now_ms)) return undefined
    return this.hit(located.entry, located.from, now_ms)
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

  private async load(turn: Turn, load: () => Promise<unknown>, keeping: Keeping): Promise<Found> {
    let value: unknown
    try {
      value = await load()
    } catch (thrown) {
      await this.fail(turn, toMonitorError(thrown, 'CACHE_LOAD_FAILED'))
      throw thrown
    }
    const entry = await this.entryOf(turn, value, keeping)
    await this.computations.complete(turn, entry)
    return foundOf(entry, 'computed', this.clock.monotonic())
  }

  private untilPassed(turn: Turn, loading: Promise<Found>): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.computations.whenPassed(turn, reject)
      loading.then(resolve, reject)
    })
  }

  /** Whoever waits hears why there is none. */
  private async entryOf(turn: Turn, value: unknown, keeping: Keeping): Promise<CacheEntry> {
    try {
      const entry = this.entries.ofComputed(value, keeping)
      this.isRefused(turn.key, entry)
      return entry
    } catch (thrown) {
      const error = toMonitorError(thrown)
      await this.fail(turn, error)
      throw error
    }
  }

  private isRefused(key: string, entry: CacheEntry): boolean {
    const isTooLarge = this.entries.isTooLarge(entry)
    if (isTooLarge) this.condition.refused(key, entry, this.entries.maximum_bytes)
    return isTooLarge
  }

  private async invalidate(meant: Meant, run: () => Promise<number>): Promise<number> {
    if (this.stopping) return 0
    this.computations.deleted(meant)
    const count = await this.condition.countInvalidations(run)
    // Redis does not tell us of what we have changed ourselves.
    this.computations.changed(meant)
    return count
  }

  private hit(entry: CacheEntry, from: 'memory' | 'redis', now_ms: number): Found {
    const found = foundOf(entry, from, now_ms)
    this.counters.hit(entry.kind, from, found.age_ms, found.stale)
    return found
  }
}

function foundOf(entry: CacheEntry, from: FoundIn, now_ms: number): Found {
  return { value: entry.value, from, age_ms: now_ms - entry.stored_ms, stale: !entry.isFresh(now_ms) }
}

/** As `fetch` tells it. */
function causeOf(error: unknown): unknown {
  const isOfOther = error instanceof MonitorError && error.code === 'CACHE_LOAD_FAILED'
  return isOfOther && error.cause instanceof MonitorError ? error.cause : error
}

function failureOf(key: string, { code, message }: Failure): MonitorError {
  return loadFailed(key, new MonitorError(code, message))
}

function isServable(entry: CacheEntry, now_ms: number): boolean {
  return entry.failure === undefined && entry.isFresh(now_ms)
}
