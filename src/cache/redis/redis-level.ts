import type { Clock, Random } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import { Histogram } from '../../domain/histogram'
import type { CacheEntry } from '../cache-entry'
import type { Change, Lease, SharedLevel, SharedState, SharedWatcher } from '../cache-level'
import type { RedisSettings } from '../cache-settings'

export interface RedisLevelOptions {
  readonly settings: RedisSettings
  readonly clock: Clock
  readonly random: Random
  /** Of the JSON of one value. */
  readonly entry_bytes: number
}

/** Values in a Redis that several processes share. */
export class RedisLevel implements SharedLevel {
  readonly counters = { errors: 0, rubbish: 0, latency: new Histogram() }

  constructor(private readonly options: RedisLevelOptions) {}

  get state(): SharedState {
    return 'closed'
  }

  /** Why it is not open. */
  get error(): MonitorError | undefined {
    return undefined
  }

  start(): void {
    throw this.missing()
  }

  stop(): Promise<void> {
    return Promise.reject(this.missing())
  }

  watch(watcher: SharedWatcher): () => void {
    return () => void watcher
  }

  get(key: string): Promise<CacheEntry | undefined> {
    return Promise.reject(this.missing(key))
  }

  find(pattern: string, limit: number): Promise<ReadonlyMap<string, CacheEntry>> {
    return Promise.reject(this.missing(pattern, limit))
  }

  set(key: string, entry: CacheEntry): Promise<void> {
    return Promise.reject(this.missing(key, entry))
  }

  write(changes: readonly Change[]): Promise<void> {
    return Promise.reject(this.missing(changes))
  }

  delete(keys: readonly string[]): Promise<number> {
    return Promise.reject(this.missing(keys))
  }

  deleteMatching(pattern: string): Promise<number> {
    return Promise.reject(this.missing(pattern))
  }

  deleteTagged(tag: string): Promise<number> {
    return Promise.reject(this.missing(tag))
  }

  lease(key: string, tags: readonly string[], lease_ms: number): Promise<Lease | undefined> {
    return Promise.reject(this.missing(key, tags, lease_ms))
  }

  private missing(...given: unknown[]): MonitorError {
    return new MonitorError('CACHE_UNAVAILABLE', `Not built yet: ${given.length} ${this.options.settings.prefix}`)
  }
}
