import { parseOptions, whole, type ValuesOf } from '../domain/options'

/** Every setting of a cache that has a default, with its range. */
export const CACHE_OPTIONS = {
  memory_entries: whole(1, 1_000_000, 10_000, 'Values that memory holds at most'),
  memory_mb: whole(1, 4096, 32, 'Size that they may have together, MB, as estimated from their JSON'),
  entry_kb: whole(1, 65_536, 1024, 'Size of the JSON of one value, kB; larger ones are not kept'),
  live_s: whole(2, 60, 60, 'How long a live reading is kept at most, s; less where its device is polled more often'),
  history_s: whole(1, 86_400, 300, 'How long an answer of the history is kept, s'),
  device_s: whole(1, 604_800, 3600, 'How long what is known about a device is kept, s'),
  flow_s: whole(1, 604_800, 60, 'How long a value of a flow is kept, s, where the flow does not say it'),
  negative_s: whole(0, 3600, 1, 'How long a failure is kept, s, so that it is not tried again for every message'),
  jitter_pct: whole(0, 50, 10, 'How much earlier a value may expire, %, so that not all expire together'),
  stale_s: whole(0, 86_400, 0, 'How long a value is still served after its time, s, while somebody brings a new one'),
  refresh_ahead_pct: whole(0, 90, 0, 'The last part of its time in which a value that is asked for is refreshed, %'),
  heap_pct: whole(10, 95, 85, 'How much of the memory of Node.js may be used before the cache shrinks, %'),
} as const

/** Every setting of Redis that has a default, with its range. */
export const REDIS_OPTIONS = {
  memory_s: whole(1, 86_400, 60, 'How long memory keeps a value without asking Redis again, s'),
  timeout_ms: whole(1, 10_000, 4, 'How long a message waits for Redis, ms'),
  gather_ms: whole(0, 80, 10, 'How long a change waits for others to go to Redis together, ms'),
} as const

/** How long a question waits for whoever brings the value, ms, where it does not say it itself. */
export const WAIT_MS = whole(1, 3_600_000, 10_000, 'How long a message waits for a value that another brings, ms')

export type CacheOptions = ValuesOf<typeof CACHE_OPTIONS>
export type RedisTimes = ValuesOf<typeof REDIS_OPTIONS>

/** @throws MonitorError `CONFIG_INVALID` naming the setting, its value and range */
export function parseCacheOptions(given: Readonly<Record<string, unknown>>): CacheOptions {
  return parseOptions(CACHE_OPTIONS, given)
}

/** @throws MonitorError `CONFIG_INVALID` */
export function parseRedisTimes(given: Readonly<Record<string, unknown>>): RedisTimes {
  return parseOptions(REDIS_OPTIONS, given)
}

/** What is kept, by how long it stays true. */
export const CACHE_KINDS = ['live', 'history', 'device', 'flow'] as const
export type CacheKind = (typeof CACHE_KINDS)[number]
