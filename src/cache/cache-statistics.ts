import type { CacheKind } from './cache-options'

/** Since the start. */
export interface KindStatistics {
  readonly hits_memory: number
  readonly hits_redis: number
  /** Of the hits: past their time. */
  readonly hits_stale: number
  readonly misses: number
  /** Values that somebody was asked to bring, and how that ended. */
  readonly loads: number
  readonly load_failures: number
  /** Questions that waited for a value which another was bringing already. */
  readonly waits: number
  readonly sets: number
  /** Values that went before their time, because memory was full or short. */
  readonly evictions: number
  /** Values that were answered and not kept, because they are larger than `entry_kb`. */
  readonly oversized: number
  /** Values that a deletion took from memory. */
  readonly invalidations: number
  /** In memory now, as estimated from their JSON. */
  readonly entries: number
  readonly bytes: number
  /** Of what was served. Absent before the first hit. */
  readonly age_ms?: { readonly p50: number; readonly p95: number; readonly max: number }
}

export interface CacheStatistics {
  readonly kinds: Readonly<Record<CacheKind, KindStatistics>>
  /** Of all questions, how many were answered without a computation: 0 to 1. Absent before the first. */
  readonly hit_rate?: number
  readonly redis?: {
    /** Questions and changes that Redis did not take in time, or refused. */
    readonly errors: number
    /** What was in Redis under our names, and was none of ours: damaged, too large, of another shape. */
    readonly rubbish: number
    /** Changes that wait for Redis. */
    readonly pending: number
    /** Milliseconds that Redis took to answer. Absent before the first answer. */
    readonly latency_ms?: { readonly p50: number; readonly p95: number; readonly max: number }
  }
}
