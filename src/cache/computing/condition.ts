import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { DurationCounts } from '../../domain/histogram'
import type { CacheStatus } from '../cache'
import type { CacheCounters } from '../cache-counters'
import type { CacheEntry } from '../cache-entry'
import { CACHE_KINDS } from '../cache-options'
import type { CacheStatistics } from '../cache-statistics'
import { HeapGuard } from '../memory/heap-guard'
import type { HeapUse } from '../memory/heap-use'
import type { MemoryLevel } from '../memory/memory-level'
import type { RedisLevel } from '../redis/redis-level'
import type { TieredLevel } from '../tiered/tiered-level'

export interface ConditionParts {
  readonly memory: MemoryLevel
  readonly level: TieredLevel
  readonly redis: Pick<RedisLevel, 'counters' | 'error'> | undefined
  readonly counters: CacheCounters
  readonly clock: Clock
  readonly heap: () => HeapUse
  readonly heap_pct: number
}

/** How a cache is, and what it did. */
export class Condition {
  private readonly guard: HeapGuard
  private readonly watchers = new Set<(status: CacheStatus) => void>()
  private oversized: MonitorError | undefined

  constructor(private readonly parts: ConditionParts) {
    const { memory, clock, heap, heap_pct } = parts
    this.guard = new HeapGuard({ memory, clock, heap, heap_pct, onChange: () => this.tell() })
  }

  start(): void {
    this.guard.start()
  }

  /** Nobody tells any more what others change: memory serves nothing from here on. */
  stop(): void {
    this.guard.stop()
    this.parts.memory.keep(new Set())
  }

  watch(watcher: (status: CacheStatus) => void): () => void {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  tell(): void {
    for (const watcher of [...this.watchers]) watcher(this.status())
  }

  status(): CacheStatus {
    const { level, redis } = this.parts
    return {
      ...(level.state && { redis: level.state }),
      ...(redis?.error && { error: redis.error }),
      ...(this.oversized && { oversized: this.oversized }),
      shrunk: this.guard.shrunk,
    }
  }

  statistics(): CacheStatistics {
    const { counters, memory, level, redis } = this.parts
    const kinds = counters.snapshot(memory.sizes())
    if (!redis) return kinds
    const { errors, rubbish, latency } = redis.counters
    const [p50, p95, max] = [latency.percentile(0.5), latency.percentile(0.95), latency.maximum_ms]
    const latency_ms = p50 !== undefined && p95 !== undefined && max !== undefined && { latency_ms: { p50, p95, max } }
    return { ...kinds, redis: { errors, rubbish, pending: level.pending, ...latency_ms } }
  }

  redisLatency(): DurationCounts | undefined {
    return this.parts.redis?.counters.latency.snapshot()
  }

  /** A value is too large to be kept. All are counted, the first one is told. */
  refused(key: string, { kind, text }: CacheEntry, maximum_bytes: number): void {
    this.parts.counters.add(kind, 'oversized')
    if (this.oversized) return
    const [size_kb, limit_kb] = [Math.ceil(Buffer.byteLength(text) / 1024), maximum_bytes / 1024]
    const message = `${key}: its value of ${size_kb} kB is not kept; expected at most ${limit_kb} kB`
    const details = { field: 'value', value: `${size_kb} kB`, range: `at most ${limit_kb} kB` }
    this.oversized = new MonitorError('INPUT_INVALID', message, { details })
    this.tell()
  }

  /** Runs a deletion, and counts by kind what it takes from memory, which it does at once. */
  countInvalidations(run: () => Promise<number>): Promise<number> {
    const { counters, memory } = this.parts
    const before = memory.sizes()
    const running = run()
    const after = memory.sizes()
    for (const kind of CACHE_KINDS) counters.add(kind, 'invalidations', before[kind].entries - after[kind].entries)
    return running
  }
}
