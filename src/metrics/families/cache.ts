import type { CacheStatus } from '../../cache/cache'
import { CACHE_KINDS } from '../../cache/cache-options'
import type { CacheStatistics, KindStatistics } from '../../cache/cache-statistics'
import type { DurationCounts } from '../../domain/histogram'
import { counter, each, gauge, type Group, histogram, type Labelled, oneIf, states } from '../family'

/** A cache, at one moment. */
export interface CacheFigures {
  readonly status: CacheStatus
  readonly statistics: CacheStatistics
  readonly redis_latency: DurationCounts | undefined
}

const ofKinds =
  (value: (kind: KindStatistics) => number) =>
  ({ statistics: { kinds } }: CacheFigures): Labelled[] =>
    CACHE_KINDS.map((kind) => ({ labels: { kind }, value: value(kinds[kind]) }))

function hits({ statistics: { kinds } }: CacheFigures): Labelled[] {
  return CACHE_KINDS.flatMap((kind) => {
    const { hits_memory: memory, hits_redis: redis } = kinds[kind]
    return each('level', { memory, redis }).map(({ labels, value }) => ({ labels: { kind, ...labels }, value }))
  })
}

export const CACHE: Group<CacheFigures> = {
  title: 'Cache',
  labels: ['cache'],
  families: {
    kasa_cache_hits_total: counter('Questions that a kept value has answered', hits, 'kind', 'level'),
    kasa_cache_stale_hits_total: counter(
      'Of them, by a value past its time, while a new one was brought',
      ofKinds(({ hits_stale }) => hits_stale),
      'kind',
    ),
    kasa_cache_misses_total: counter(
      'Questions that no kept value has answered',
      ofKinds(({ misses }) => misses),
      'kind',
    ),
    kasa_cache_loads_total: counter(
      'Values that somebody was asked to bring',
      ofKinds(({ loads }) => loads),
      'kind',
    ),
    kasa_cache_load_failures_total: counter(
      'Of them, those that nobody could bring',
      ofKinds(({ load_failures }) => load_failures),
      'kind',
    ),
    kasa_cache_waits_total: counter(
      'Questions that waited for a value which another was bringing already',
      ofKinds(({ waits }) => waits),
      'kind',
    ),
    kasa_cache_sets_total: counter(
      'Values that were kept',
      ofKinds(({ sets }) => sets),
      'kind',
    ),
    kasa_cache_evictions_total: counter(
      'Values that went before their time, because memory was full or short',
      ofKinds(({ evictions }) => evictions),
      'kind',
    ),
    kasa_cache_oversized_total: counter(
      'Values too large to be kept',
      ofKinds(({ oversized }) => oversized),
      'kind',
    ),
    kasa_cache_invalidations_total: counter(
      'Values that a deletion took from memory',
      ofKinds(({ invalidations }) => invalidations),
      'kind',
    ),
    kasa_cache_entries: gauge(
      'Values in memory',
      ofKinds(({ entries }) => entries),
      'kind',
    ),
    kasa_cache_size_bytes: gauge(
      'Their size, as estimated from their JSON',
      ofKinds(({ bytes }) => bytes),
      'kind',
    ),
    kasa_cache_hit_ratio: gauge(
      'Of all questions since the start, how many were answered without a computation, 0 to 1',
      ({ statistics }) => statistics.hit_rate,
    ),
    kasa_cache_shrunk: gauge('1 while memory is short and the cache smaller than it may be', ({ status }) =>
      oneIf(status.shrunk),
    ),
    kasa_cache_redis_state: states(
      'State of the connection to Redis',
      ['connecting', 'open', 'down', 'closed'],
      ({ status }) => status.redis,
    ),
    kasa_cache_redis_errors_total: counter(
      'Questions and changes that Redis did not take in time, or refused',
      ({ statistics }) => statistics.redis?.errors,
    ),
    kasa_cache_redis_rubbish_total: counter(
      'Values in Redis under our names that were none of ours',
      ({ statistics }) => statistics.redis?.rubbish,
    ),
    kasa_cache_redis_pending: gauge('Changes that wait for Redis', ({ statistics }) => statistics.redis?.pending),
    kasa_cache_redis_duration_seconds: histogram('How long Redis took to answer', ({ redis_latency }) => redis_latency),
  },
}
