import { createClient } from '@redis/client'
import { setTimeout as pause } from 'node:timers/promises'
import { CacheEntry } from '../../../src/cache/cache-entry'
import type { Change } from '../../../src/cache/cache-level'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { liveKey } from '../../../src/cache/keys'
import { systemClock } from '../../../src/domain/clock'
import { WatchedLevel } from '../../../test/support/redis-levels'
import { opened } from '../opened'
import { deviceId, readingOf } from '../readings'

const DEVICES = 1000
const TTL_MS = 60_000
const IN_FLIGHT = 100
const TICK_MS = 10

const keys = Array.from({ length: DEVICES }, (_, device) => liveKey(deviceId(device)))
const STEPS = 8
/** Of all devices, one after the other, again and again; made before, so that what is measured is the writing. */
const samples = Array.from({ length: STEPS * DEVICES }, (_, index) => {
  const device = index % DEVICES
  const reading = readingOf(device, Math.floor(index / DEVICES))
  return { key: keys[device] as string, reading, text: JSON.stringify(reading) }
})
let next = 0
const sample = () => samples[next++ % samples.length] as (typeof samples)[number]

/** Writes at least so many readings, until Redis has taken all of them; returns how many they were. */
export type Write = (count: number) => Promise<number>

/** Bare clients get the JSON, ours the readings. */
export const WRITERS = {
  'single SET': (redis_url: string) => singleSets({ url: redis_url }),
  // A command that waits longer than 5 s fails, unless one says otherwise: that is most of its cost.
  'single SET, no time-out': (redis_url: string) => singleSets({ url: redis_url, commandOptions: { timeout: 0 } }),
  'pipeline of 100': pipelines,
  'ours, the write alone': gatheredWrites,
  'ours, memory alone': () => gathered({}),
  ours: (redis_url: string) => gathered({ redis_url }),
} as const
export type WriterName = keyof typeof WRITERS

async function singleSets(options: { readonly url: string; readonly commandOptions?: { timeout: number } }) {
  const client = await createClient(options).connect()
  return async (count: number) => {
    let written = 0
    const inTurn = async () => {
      while (written < count) {
        const { key, text } = sample()
        await client.set(key, text, { expiration: { type: 'PX', value: TTL_MS } })
        written++
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, inTurn))
    return written
  }
}

/** The ceiling of the client. */
async function pipelines(url: string): Promise<Write> {
  const client = await createClient({ url }).connect()
  return async (count) => {
    let written = 0
    while (written < count) {
      const pipeline = client.multi()
      for (let index = 0; index < IN_FLIGHT; index++) {
        const { key, text } = sample()
        pipeline.set(key, text, { expiration: { type: 'PX', value: TTL_MS } })
      }
      await pipeline.execAsPipeline()
      written += IN_FLIGHT
    }
    return written
  }
}

/** What has been gathered, brought to Redis: making the commands, ending leases, the pipeline. The JSON was made before. */
async function gatheredWrites(url: string): Promise<Write> {
  const { level } = await WatchedLevel.open(url)
  return async (count) => {
    let written = 0
    while (written < count) {
      const stored_ms = systemClock.monotonic()
      const changes = Array.from({ length: DEVICES }, (): Change => {
        const { key, text } = sample()
        return [key, new CacheEntry({ kind: 'live', tags: [], stored_ms, fresh_ms: TTL_MS, stale_ms: 0 }, text)]
      })
      await level.write(changes)
      written += DEVICES
    }
    return written
  }
}

/**
 * As a fleet does it: in memory at once, to Redis together. 1,000 readings each tick of 10 ms in which Redis has taken those
 * before: a reading that is replaced before it is written would cost nothing.
 */
async function gathered(given: { readonly redis_url?: string }): Promise<Write> {
  const cache = createCache({ settings: parseCacheSettings(given), clock: systemClock, random: Math.random })
  cache.start()
  if (given.redis_url !== undefined) await opened(cache)
  return async (count) => {
    let written = 0
    while (written < count) {
      for (let index = 0; index < DEVICES; index++) {
        const { key, reading } = sample()
        cache.set(key, reading, { kind: 'live' })
      }
      written += DEVICES
      do await pause(TICK_MS)
      while (cache.statistics().redis?.pending)
    }
    return written
  }
}
