import { LRUCache } from 'lru-cache'
import { setTimeout as pause } from 'node:timers/promises'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { systemClock } from '../../../src/domain/clock'
import type { Reading } from '../../../src/domain/reading'
import { readingOf } from '../readings'
import { opened } from '../opened'
import { kasaCacheFlow, nodeRedStampede, peerFlow } from './flows'
import { ASKS, KEY, LOAD_MS, TTL_S, type Stampede } from './question'

/** Made ready; then 1,000 questions for one missing value at once. */
export type Start = (redis: string | undefined) => Promise<() => Promise<Stampede>>

export const STAMPEDES = {
  'get, load, set': () => Promise.resolve(getLoadSet),
  'lru-cache fetch': () => Promise.resolve(lruFetch),
  ours: ofCache,
  'node-red-contrib-cache': () => nodeRedStampede(peerFlow),
  'kasa-cache': () => nodeRedStampede(kasaCacheFlow),
} as const satisfies Record<string, Start>
export type StampedeName = keyof typeof STAMPEDES

async function askAll(ask: (load: () => Promise<Reading>) => Promise<unknown>): Promise<Stampede> {
  let loads = 0
  const load = async () => {
    loads++
    await pause(LOAD_MS)
    return readingOf(1)
  }
  const answers = await Promise.all(Array.from({ length: ASKS }, () => ask(load)))
  return { loads, answers: answers.filter((answer) => answer !== undefined).length }
}

/** What flows and programs do without anything that waits for another's load. */
function getLoadSet(): Promise<Stampede> {
  const cache = new LRUCache<string, Reading>({ max: ASKS, ttl: TTL_S * 1000 })
  return askAll(async (load) => {
    const found = cache.get(KEY)
    if (found) return found
    const loaded = await load()
    cache.set(KEY, loaded)
    return loaded
  })
}

function lruFetch(): Promise<Stampede> {
  let load: () => Promise<Reading>
  const cache = new LRUCache<string, Reading>({ max: ASKS, ttl: TTL_S * 1000, fetchMethod: () => load() })
  return askAll((given) => {
    load = given
    return cache.fetch(KEY)
  })
}

async function ofCache(redis: string | undefined): Promise<() => Promise<Stampede>> {
  const settings = parseCacheSettings(redis === undefined ? {} : { redis_url: redis })
  const cache = createCache({ settings, clock: systemClock, random: Math.random })
  cache.start()
  if (redis !== undefined) await opened(cache)
  return () => askAll((load) => cache.fetch(KEY, load))
}
