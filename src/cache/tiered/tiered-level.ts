import type { Clock } from '../../domain/clock'
import type { CacheEntry } from '../cache-entry'
import type { CacheLevel, Lease, SharedLevel, SharedState, SharedWatcher } from '../cache-level'
import { parseRedisTimes, type RedisTimes } from '../cache-options'
import type { MemoryLevel } from '../memory/memory-level'
import { Deletion } from './deletion'
import type { PendingBounds } from './pending-changes'
import { type Located, SharedSide } from './shared-side'

export type { Located } from './shared-side'

export interface TieredLevelParts {
  readonly memory: MemoryLevel
  /** Without it, memory is all there is. */
  readonly shared?: SharedLevel | undefined
  readonly times?: RedisTimes
  readonly clock: Clock
  /** How much may wait for Redis. */
  readonly bounds?: PendingBounds
}

/**
 * Memory in front of Redis. A change is in memory at once and in Redis soon; what another process changes, memory forgets.
 * Redis may come and go: nothing here rejects, or waits longer than its timeout because of it.
 */
export class TieredLevel implements CacheLevel {
  private readonly memory: MemoryLevel
  private readonly shared: SharedLevel | undefined
  private readonly side: SharedSide | undefined
  private readonly watchers = new Set<SharedWatcher>()
  private unwatch: (() => void) | undefined
  private stopping: Promise<void> | undefined

  constructor({ memory, shared, times = parseRedisTimes({}), clock, bounds }: TieredLevelParts) {
    this.memory = memory
    this.shared = shared
    this.side = shared && new SharedSide({ shared, memory, times, clock, bounds })
  }

  start(): void {
    if (this.unwatch || this.stopping) return
    this.unwatch = this.shared?.watch({
      changed: (key) => this.changed(key),
      state: (state) => this.stateChanged(state),
    })
    this.shared?.start()
  }

  /** Writes what is pending, within a second. */
  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  /** Undefined: there is no Redis. */
  get state(): SharedState | undefined {
    return this.shared?.state
  }

  /** Changes that wait for Redis. */
  get pending(): number {
    return this.side?.pending ?? 0
  }

  /** Told after it was acted upon. Returns how to end it. */
  watch(watcher: SharedWatcher): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** What memory has; counts as a use. */
  peek(key: string): CacheEntry | undefined {
    return this.memory.peek(key)
  }

  async locate(key: string): Promise<Located | undefined> {
    const kept = this.memory.peek(key)
    if (kept) return { entry: kept, from: 'memory' }
    return this.side?.get(key)
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    return (await this.locate(key))?.entry
  }

  async find(pattern: string, limit: number): Promise<ReadonlyMap<string, CacheEntry>> {
    const found = (await this.side?.find(pattern, limit)) ?? new Map<string, CacheEntry>()
    for (const [key, entry] of await this.memory.find(pattern, limit)) found.set(key, entry)
    return new Map([...found].slice(0, limit))
  }

  put(key: string, entry: CacheEntry): void {
    this.memory.put(key, entry, this.side?.until_ms)
    this.side?.set(key, entry)
  }

  /** As `put`; returns when Redis has it, or has failed to take it. */
  async set(key: string, entry: CacheEntry): Promise<void> {
    this.put(key, entry)
    await this.side?.settle(key)
  }

  async delete(keys: readonly string[]): Promise<number> {
    const dropped = keys.filter((key) => this.memory.drop(key)).length
    if (this.side?.isOpen) return Math.max(dropped, await this.side.delete(Deletion.ofKeys(keys), keys))
    for (const key of keys) this.side?.set(key, undefined)
    return dropped
  }

  async deleteMatching(pattern: string): Promise<number> {
    const dropped = this.memory.dropMatching(pattern).length
    return Math.max(dropped, (await this.side?.delete(Deletion.matching(pattern))) ?? 0)
  }

  async deleteTagged(tag: string): Promise<number> {
    const dropped = this.memory.dropTagged(tag).length
    return Math.max(dropped, (await this.side?.delete(Deletion.tagged(tag))) ?? 0)
  }

  /** The right to compute a key. 'taken': another process has it. 'alone': there is no Redis to ask. */
  async lease(key: string, tags: readonly string[], lease_ms: number): Promise<Lease | 'taken' | 'alone'> {
    return this.side ? this.side.lease(key, tags, lease_ms) : 'alone'
  }

  private async end(): Promise<void> {
    await this.side?.stop()
    this.unwatch?.()
  }

  private changed(key: string | undefined): void {
    this.side?.changed(key)
    for (const watcher of this.watchers) watcher.changed(key)
  }

  private stateChanged(state: SharedState): void {
    if (state === 'open') {
      this.side?.opened()
      for (const watcher of this.watchers) watcher.changed(undefined)
    } else this.side?.closed()
    for (const watcher of this.watchers) watcher.state(state)
  }
}
