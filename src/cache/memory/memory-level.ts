import { LRUCache } from 'lru-cache'
import type { Clock } from '../../domain/clock'
import { matcherOf } from '../../domain/wildcards'
import type { CacheEntry } from '../cache-entry'
import type { CacheLevel } from '../cache-level'
import type { CacheKind } from '../cache-options'
import { copyOf } from '../keys'
import { sizeOf } from './entry-size'
import { KindSizes, type KindSize } from './kind-sizes'
import { TagIndex } from './tag-index'

/** More than one, so that what has expired goes faster than new entries come. */
const SWEPT_PER_PUT = 4

interface Kept {
  readonly entry: CacheEntry
  /** When it is forgotten, by the monotonic clock. */
  readonly until_ms: number
  readonly bytes: number
}

export interface MemoryLevelParts {
  readonly maximum_entries: number
  /** As `sizeOf` estimates them. */
  readonly maximum_bytes: number
  readonly clock: Clock
  /** Told of what goes before its time, or is too large to be kept. It must not call back. */
  readonly onEvicted?: (entry: CacheEntry) => void
}

/**
 * Values in the memory of this process: the least recently used go first. It has no timer: every change looks at a few others,
 * and forgets what has expired.
 */
export class MemoryLevel implements CacheLevel {
  private readonly clock: Clock
  private readonly maximum_bytes: number
  private readonly onEvicted: ((entry: CacheEntry) => void) | undefined
  /** It counts and orders. Times are ours: its own let an entry outlive its end, and for ever where its clock began at 0. */
  private readonly lru: LRUCache<string, Kept>
  private readonly tagged = new TagIndex()
  private readonly kinds = new KindSizes()
  private sweeper: Iterator<string>
  private allowed_bytes: number

  constructor({ maximum_entries, maximum_bytes, clock, onEvicted }: MemoryLevelParts) {
    this.clock = clock
    this.maximum_bytes = maximum_bytes
    this.allowed_bytes = maximum_bytes
    this.onEvicted = onEvicted
    this.lru = new LRUCache<string, Kept>({
      max: maximum_entries,
      maxSize: maximum_bytes,
      sizeCalculation: (kept) => kept.bytes,
      dispose: (kept, key, reason) => this.forgotten(key, kept, reason),
    })
    this.sweeper = this.lru.rkeys()
  }

  /** Counts as a use. */
  peek(key: string): CacheEntry | undefined {
    const kept = this.lru.get(key)
    if (kept === undefined) return undefined
    if (this.clock.monotonic() < kept.until_ms) return kept.entry
    this.lru.delete(key)
    return undefined
  }

  /** @param until_ms when memory forgets it although the entry lives on, by the monotonic clock */
  put(key: string, entry: CacheEntry, until_ms = entry.ends_ms): void {
    const now_ms = this.clock.monotonic()
    const kept: Kept = { entry, until_ms: Math.min(until_ms, entry.ends_ms), bytes: sizeOf(key, entry) }
    if (now_ms >= kept.until_ms) {
      this.lru.delete(key)
    } else if (kept.bytes > this.allowed_bytes) {
      this.lru.delete(key)
      this.onEvicted?.(entry)
    } else {
      const own_key = copyOf(key)
      this.lru.set(own_key, kept)
      this.tagged.add(own_key, entry.tags)
      this.kinds.add(entry.kind, kept.bytes)
      this.evictDownTo(this.allowed_bytes)
    }
    this.sweep(now_ms)
  }

  /** Whether there was one. */
  drop(key: string): boolean {
    const found = this.peek(key) !== undefined
    this.lru.delete(key)
    return found
  }

  /** The keys that there were. */
  dropMatching(pattern: string): string[] {
    return this.keysMatching(pattern).filter((key) => this.drop(key))
  }

  /** The keys that there were. */
  dropTagged(tag: string): string[] {
    return this.tagged.keysOf(tag).filter((key) => this.drop(key))
  }

  /** Forgets all others. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of [...this.lru.keys()]) {
      if (!keys.has(key)) this.lru.delete(key)
    }
  }

  /** Gives back a part (0 to 1) of what it holds, and holds no more than the rest until it may `grow`. Returns how many went. */
  shrink(part: number): number {
    const before = this.lru.size
    const now_ms = this.clock.monotonic()
    for (const key of [...this.lru.keys()]) this.forgetExpired(key, now_ms)
    this.allowed_bytes = Math.floor(this.lru.calculatedSize * (1 - part))
    this.evictDownTo(this.allowed_bytes)
    return before - this.lru.size
  }

  /** Lets it hold so much more than it does. True: all that it was made for. */
  grow(bytes: number): boolean {
    this.allowed_bytes = Math.min(this.maximum_bytes, this.lru.calculatedSize + bytes)
    return this.allowed_bytes === this.maximum_bytes
  }

  /** What each kind holds now; may count what has just expired. */
  sizes(): Readonly<Record<CacheKind, KindSize>> {
    return this.kinds.snapshot()
  }

  get(key: string): Promise<CacheEntry | undefined> {
    return Promise.resolve(this.peek(key))
  }

  find(pattern: string, limit: number): Promise<ReadonlyMap<string, CacheEntry>> {
    const found = new Map<string, CacheEntry>()
    for (const key of this.keysMatching(pattern)) {
      if (found.size >= limit) break
      const entry = this.peek(key)
      if (entry) found.set(key, entry)
    }
    return Promise.resolve(found)
  }

  set(key: string, entry: CacheEntry): Promise<void> {
    this.put(key, entry)
    return Promise.resolve()
  }

  delete(keys: readonly string[]): Promise<number> {
    return Promise.resolve(keys.filter((key) => this.drop(key)).length)
  }

  deleteMatching(pattern: string): Promise<number> {
    return Promise.resolve(this.dropMatching(pattern).length)
  }

  deleteTagged(tag: string): Promise<number> {
    return Promise.resolve(this.dropTagged(tag).length)
  }

  private keysMatching(pattern: string): string[] {
    if (!pattern.includes('*')) return [pattern]
    const matches = matcherOf(pattern)
    return [...this.lru.keys()].filter(matches)
  }

  private evictDownTo(bytes: number): void {
    while (this.lru.calculatedSize > bytes) this.lru.pop()
  }

  private sweep(now_ms: number): void {
    for (let step = 0; step < SWEPT_PER_PUT; step++) {
      const next = this.sweeper.next()
      if (next.done === true) {
        this.sweeper = this.lru.rkeys()
        return
      }
      this.forgetExpired(next.value, now_ms)
    }
  }

  private forgetExpired(key: string, now_ms: number): void {
    const kept = this.lru.peek(key)
    if (kept && now_ms >= kept.until_ms) this.lru.delete(key)
  }

  private forgotten(key: string, kept: Kept, reason: LRUCache.DisposeReason): void {
    this.tagged.remove(key, kept.entry.tags)
    this.kinds.remove(kept.entry.kind, kept.bytes)
    if (reason === 'evict' && this.clock.monotonic() < kept.until_ms) this.onEvicted?.(kept.entry)
  }
}
