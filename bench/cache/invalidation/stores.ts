import { createClient } from '@redis/client'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { systemClock } from '../../../src/domain/clock'
import { opened } from '../opened'

/** Something that keeps values in its own memory, and shares them with another process by Redis. */
export interface Store {
  set(key: string, version: number): void
  get(key: string): Promise<number | undefined>
}

export const STORES = {
  ours: (url: string) => ofCache({ redis_url: url }),
  'ours, gather_ms 0': (url: string) => ofCache({ redis_url: url, gather_ms: 0 }),
  'client cache of @redis/client': bareClient,
} as const
export type StoreName = keyof typeof STORES

async function ofCache(given: { readonly redis_url: string; readonly gather_ms?: number }): Promise<Store> {
  const cache = createCache({ settings: parseCacheSettings(given), clock: systemClock, random: Math.random })
  cache.start()
  await opened(cache)
  return {
    set: (key, version) => cache.set(key, version),
    get: async (key) => (await cache.get(key))?.value as number | undefined,
  }
}

async function bareClient(url: string): Promise<Store> {
  const clientSideCache = { maxEntries: 0, ttl: 0 }
  const client = await createClient({ url, RESP: 3, clientSideCache }).connect()
  return {
    set: (key, version) => void client.set(key, String(version)),
    get: async (key) => {
      const text = await client.get(key)
      return text === null ? undefined : Number(text)
    },
  }
}

/** Of the machine, so that two processes can compare it. */
export const now_ms = (): number => Number(process.hrtime.bigint()) / 1e6
