import { LRUCache } from 'lru-cache'
import type { Cache } from '../../../src/cache/cache'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { liveKey } from '../../../src/cache/keys'
import { systemClock } from '../../../src/domain/clock'
import type { Reading } from '../../../src/domain/reading'
import { readingOf, skewedIndices } from '../readings'

const ENTRIES = 10_000
const TTL_MS = 60_000
/** Between two looks at the time. */
export const HITS_AT_ONCE = 10_000

const keys = Array.from({ length: ENTRIES }, (_, device) => liveKey(readingOf(device).device_id))
const asked = Array.from(skewedIndices(ENTRIES), (index) => keys[index] as string)
let next = 0
const nextKey = () => asked[next++ & (asked.length - 1)] as string

/** Asks for so many values that are all there; returns how many were. */
export type Hits = () => number | Promise<number>

export const HITS = {
  'lru-cache': bareLru,
  peek: () => ofCache((cache) => peeks(cache)),
  get: () => ofCache((cache) => gets(cache)),
} as const satisfies Record<string, () => Hits>
export type HitsName = keyof typeof HITS

function bareLru(): Hits {
  const cache = new LRUCache<string, Reading>({ max: ENTRIES, ttl: TTL_MS })
  for (const [device, key] of keys.entries()) cache.set(key, readingOf(device))
  return () => {
    let hits = 0
    for (let asks = 0; asks < HITS_AT_ONCE; asks++) if (cache.get(nextKey()) !== undefined) hits++
    return hits
  }
}

function ofCache(hits: (cache: Cache) => number | Promise<number>): Hits {
  const cache = createCache({ settings: parseCacheSettings({}), clock: systemClock, random: Math.random })
  cache.start()
  for (const [device, key] of keys.entries()) cache.set(key, readingOf(device), { kind: 'live' })
  return () => hits(cache)
}

function peeks(cache: Cache): number {
  let hits = 0
  for (let asks = 0; asks < HITS_AT_ONCE; asks++) if (cache.peek(nextKey()) !== undefined) hits++
  return hits
}

async function gets(cache: Cache): Promise<number> {
  let hits = 0
  for (let asks = 0; asks < HITS_AT_ONCE; asks++) if ((await cache.get(nextKey())) !== undefined) hits++
  return hits
}
