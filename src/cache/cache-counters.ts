import { Histogram } from '../domain/histogram'
import { CACHE_KINDS, type CacheKind } from './cache-options'
import type { CacheStatistics, KindStatistics } from './cache-statistics'
import type { KindSize } from './memory/kind-sizes'

/** What is counted one by one; hits are counted by `hit`. */
export type Counted =
  'misses' | 'loads' | 'load_failures' | 'waits' | 'sets' | 'evictions' | 'oversized' | 'invalidations'

/** What a cache did since the start, by kind. */
export class CacheCounters {
  private readonly kinds: Readonly<Record<CacheKind, KindCounters>>

  constructor() {
    this.kinds = {
      live: new KindCounters(),
      history: new KindCounters(),
      device: new KindCounters(),
      flow: new KindCounters(),
    }
  }

  hit(kind: CacheKind, from: 'memory' | 'redis', age_ms: number, stale: boolean): void {
    this.kinds[kind].hit(from, age_ms, stale)
  }

  add(kind: CacheKind, what: Counted, count = 1): void {
    this.kinds[kind][what] += count
  }

  /** @param sizes what each kind holds in memory now */
  snapshot(sizes: Readonly<Record<CacheKind, KindSize>>): Pick<CacheStatistics, 'kinds' | 'hit_rate'> {
    const kinds = Object.fromEntries(CACHE_KINDS.map((kind) => [kind, this.kinds[kind].snapshot(sizes[kind])]))
    const all = CACHE_KINDS.map((kind) => this.kinds[kind])
    const hits = all.reduce((sum, { hits_memory, hits_redis }) => sum + hits_memory + hits_redis, 0)
    const questions = all.reduce((sum, { misses }) => sum + misses, hits)
    return {
      kinds: kinds as Record<CacheKind, KindStatistics>,
      ...(questions > 0 && { hit_rate: hits / questions }),
    }
  }
}

class KindCounters implements Record<Counted, number> {
  hits_memory = 0
  hits_redis = 0
  private hits_stale = 0
  misses = 0
  loads = 0
  load_failures = 0
  waits = 0
  sets = 0
  evictions = 0
  oversized = 0
  invalidations = 0
  private readonly ages = new Histogram()

  hit(from: 'memory' | 'redis', age_ms: number, stale: boolean): void {
    if (from === 'memory') this.hits_memory++
    else this.hits_redis++
    if (stale) this.hits_stale++
    this.ages.add(age_ms)
  }

  snapshot({ entries, bytes }: KindSize): KindStatistics {
    const { hits_memory, hits_redis, hits_stale, misses, loads, load_failures, waits, sets } = this
    const { evictions, oversized, invalidations, ages } = this
    const [p50, p95, max] = [ages.percentile(0.5), ages.percentile(0.95), ages.maximum_ms]
    return {
      ...{ hits_memory, hits_redis, hits_stale, misses, loads, load_failures, waits, sets },
      ...{ evictions, oversized, invalidations },
      entries,
      bytes,
      ...(p50 !== undefined && p95 !== undefined && max !== undefined && { age_ms: { p50, p95, max } }),
    }
  }
}
