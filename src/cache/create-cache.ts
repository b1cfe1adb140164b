import type { Clock, Random } from '../domain/clock'
import type { Cache } from './cache'
import { CacheCounters } from './cache-counters'
import type { CacheSettings } from './cache-settings'
import { ComputingCache } from './computing/computing-cache'
import { Condition } from './computing/condition'
import { heapOfProcess, type HeapUse } from './memory/heap-use'
import { MemoryLevel } from './memory/memory-level'
import { RedisLevel } from './redis/redis-level'
import { TieredLevel } from './tiered/tiered-level'

const KILOBYTE = 1024
const MEGABYTE = 1024 * KILOBYTE

export interface CreateCacheParts {
  readonly settings: CacheSettings
  readonly clock: Clock
  readonly random: Random
  /** How much of its memory the process uses. */
  readonly heap?: () => HeapUse
}

/** A cache in memory, and in Redis where the settings name one. */
export function createCache({ settings, clock, random, heap = heapOfProcess() }: CreateCacheParts): Cache {
  const { options, redis: redisSettings } = settings
  const counters = new CacheCounters()
  const memory = new MemoryLevel({
    maximum_entries: options.memory_entries,
    maximum_bytes: options.memory_mb * MEGABYTE,
    clock,
    onEvicted: ({ kind }) => counters.add(kind, 'evictions'),
  })
  const entry_bytes = options.entry_kb * KILOBYTE
  const redis = redisSettings && new RedisLevel({ settings: redisSettings, clock, random, entry_bytes })
  const level = new TieredLevel({ memory, shared: redis, ...(redisSettings && { times: redisSettings }), clock })
  const condition = new Condition({ memory, level, redis, counters, clock, heap, heap_pct: options.heap_pct })
  return new ComputingCache({ level, options, counters, condition, clock, random })
}
