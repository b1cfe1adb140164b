import { createClient } from '@redis/client'
import { setTimeout as pause } from 'node:timers/promises'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { liveKey } from '../../../src/cache/keys'
import { systemClock } from '../../../src/domain/clock'
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
  return { key: keys[device] as string, reading: readingOf(device, Math.floor(index / DEVICES)) }
})
let next = 0
const sample = () => samples[next++ % samples.length] as (typeof samples)[number]

/** Writes for so long, until Redis has taken all of it; returns how many readings. */
export type Write = (duration_ms: number) => Promise<number>

export const WRITERS = { 'single SET': singleSets, 'pipeline of 100': pipelines, ours: gathered } as const
export type WriterName = keyof typeof WRITERS

async function connected(url: string) {
  return createClient({ url }).connect()
}

async function singleSets(url: string): Promise<Write> {
  const client = await connected(url)
  return async (duration_ms) => {
    const end = performance.now() + duration_ms
    let written = 0
    const inTurn = async () => {
      while (performance.now() < end) {
        const { key, reading } = sample()
        await client.set(key, JSON.stringify(reading), { expiration: { type: 'PX', value: TTL_MS } })
        written++
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, inTurn))
    return written
  }
}

/** The ceiling of the client. */
async function pipelines(url: string): Promise<Write> {
  const client = await connected(url)
  return async (duration_ms) => {
    const end = performance.now() + duration_ms
    let written = 0
    while (performance.now() < end) {
      const pipeline = client.multi()
      for (let index = 0; index < IN_FLIGHT; index++) {
        const { key, reading } = sample()
        pipeline.set(key, JSON.stringify(reading), { expiration: { type: 'PX', value: TTL_MS } })
      }
      await pipeline.execAsPipeline()
      written += IN_FLIGHT
    }
    return written
  }
}

/**
 * As a fleet does it: in memory at once, to Redis together. 1,000 readings every 10 ms, or when Redis has taken those before:
 * a reading that is replaced before it is written would cost nothing.
 */
async function gathered(redis_url: string): Promise<Write> {
  const cache = createCache({ settings: parseCacheSettings({ redis_url }), clock: systemClock, random: Math.random })
  cache.start()
  await opened(cache)
  return async (duration_ms) => {
    const end = performance.now() + duration_ms
    let written = 0
    while (performance.now() < end) {
      const next_tick = performance.now() + TICK_MS
      for (let index = 0; index < DEVICES; index++) {
        const { key, reading } = sample()
        cache.set(key, reading, { kind: 'live' })
      }
      written += DEVICES
      do await pause(Math.max(1, next_tick - performance.now()))
      while (cache.statistics().redis?.pending)
    }
    return written
  }
}
