import type { Cache } from '../../src/cache/cache'
import { parseCacheSettings } from '../../src/cache/cache-settings'
import { createCache } from '../../src/cache/create-cache'
import type { Clock } from '../../src/domain/clock'

/** A started cache without Redis, that keeps everything for as long as it says. */
export function memoryCache(clock: Clock, options: Readonly<Record<string, unknown>> = {}): Cache {
  const settings = parseCacheSettings({ jitter_pct: 0, ...options })
  const cache = createCache({ settings, clock, random: Math.random })
  cache.start()
  return cache
}
