import type { Clock, Random } from '../../domain/clock'
import type { DurationCounts } from '../../domain/histogram'
import { toMonitorError, type MonitorError } from '../../domain/errors'
import { matcherOf } from '../../domain/wildcards'
import type { Asked, AskOptions, Cache, CacheStatus, Found, KeepOptions, Turn } from '../cache'
import type { CacheCounters } from '../cache-counters'
import type { CacheEntry } from '../cache-entry'
import type { CacheKind, CacheOptions } from '../cache-options'
import type { CacheStatistics } from '../cache-statistics'
import { keyOf, patternOf, tagOf } from '../keys'
import type { TieredLevel } from '../tiered/tiered-level'
import { causeOf } from './answers'
import { Computations, type Meant } from './computations'
import type { Condition } from './condition'
import { Entries } from './entries'
import { Questions } from './questions'
import { keepingOf, type Request } from './request'

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
  private readonly entries: Entries
  private readonly computations: Computations
  private readonly questions: Questions
  private isStarted = false
  private stopping: Promise<void> | undefined

  constructor({ level, options, counters, condition, clock, random }: ComputingCacheParts) {
    this.level = level
    this.counters = counters
    this.condition = condition
    this.entries = new Entries(options, clock, random)
    const { entries } = this
    const onPassed = ({ kind }: Request) => counters.add(kind, 'load_failures')
    this.computations = new Computations({ level, entries, clock, name: random().toString(36).slice(2), onPassed })
    this.questions = new Questions({ level, entries, computations: this.computations, counters, clock })
  }

  get lifetimes_ms(): Readonly<Record<CacheKind, number>> {
    return this.entries.lifetimes_ms
  }

  start(): void {
    if (this.isStarted || this.stopping) return
    this.isStarted = true
    this.level.watch({
      changed: (key) => this.computations.changed(key ?? (() => true)),
      state: (state) => {
        if (state !== 'open') this.computations.changed(() => true)
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
    return this.questions.peek(key, kind)
  }

  get(key: string, kind: CacheKind = 'flow'): Promise<Found | undefined> {
    return this.questions.get(key, kind)
  }

  async find(pattern: string): Promise<ReadonlyMap<string, Found>> {
    return this.questions.find(patternOf(pattern), FIND_LIMIT)
  }

  set(key: string, value: unknown, options: KeepOptions = {}): boolean {
    const checked = keyOf(key)
    const entry = this.entries.ofValue(value, keepingOf(options))
    if (this.stopping) return false
    this.counters.add(entry.kind, 'sets')
    const isKept = !this.isRefused(checked, entry)
    if (isKept) this.level.put(checked, entry)
    else void this.level.delete([checked])
    this.computations.set(checked, entry, isKept)
    return isKept
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

  ask(key: string, options: AskOptions = {}): Promise<Asked> {
    return this.questions.ask(key, options)
  }

  async complete(turn: Turn, value: unknown, options: KeepOptions = {}): Promise<boolean> {
    const request = this.computations.turns.requestOf(turn)
    if (!request) return false
    try {
      const entry = this.entries.ofComputed(value, keepingOf(options, request))
      this.isRefused(turn.key, entry)
      return await this.computations.turns.complete(turn, entry)
    } catch (thrown) {
      const error = toMonitorError(thrown)
      await this.fail(turn, error)
      throw error
    }
  }

  async fail(turn: Turn, error: MonitorError): Promise<void> {
    const request = this.computations.turns.requestOf(turn)
    if (!request) return
    this.counters.add(request.kind, 'load_failures')
    await this.computations.turns.fail(turn, error)
  }

  async fetch(key: string, load: () => Promise<unknown>, options: AskOptions = {}): Promise<Found> {
    try {
      const { found, turn } = await this.ask(key, options)
      if (!turn) return found as Found
      const brought = found ?? this.computations.turns.brought(turn)
      void this.load(turn, load)
      return (await brought) ?? (await this.fetch(key, load, options))
    } catch (error) {
      throw causeOf(error)
    }
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

  redisLatency(): DurationCounts | undefined {
    return this.condition.redisLatency()
  }

  private async end(): Promise<void> {
    await this.computations.stop()
    await this.level.stop()
    this.condition.stop()
  }

  /** Whoever waits for it hears how it ended. */
  private async load(turn: Turn, load: () => Promise<unknown>): Promise<void> {
    try {
      await this.complete(turn, await load())
    } catch (thrown) {
      await this.fail(turn, toMonitorError(thrown, 'CACHE_LOAD_FAILED'))
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
}
