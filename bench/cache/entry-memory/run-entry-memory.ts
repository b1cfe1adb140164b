import { LRUCache } from 'lru-cache'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { deviceTag, liveKey } from '../../../src/cache/keys'
import { systemClock } from '../../../src/domain/clock'
import type { Reading } from '../../../src/domain/reading'
import { readingOf } from '../readings'
import type { Figures } from '../../support/turns'

// What values in memory weigh: `run-entry-memory NAME`, with --expose-gc.

const ENTRIES = 100_000

interface Holder {
  set(key: string, reading: Reading): void
  /** As somebody who asks for all of it. */
  read(key: string): unknown
  estimate_bytes(): number
}

const HOLDERS = {
  'lru-cache': (): Holder => {
    const cache = new LRUCache<string, Reading>({ max: ENTRIES, ttl: 60_000 })
    return {
      set: (key, reading) => void cache.set(key, reading),
      read: (key) => cache.get(key),
      estimate_bytes: () => NaN,
    }
  },
  ours: (): Holder => {
    const settings = parseCacheSettings({ memory_entries: ENTRIES, memory_mb: 1024 })
    const cache = createCache({ settings, clock: systemClock, random: Math.random })
    cache.start()
    return {
      set: (key, reading) => cache.set(key, reading, { kind: 'live', tags: [deviceTag(reading.device_id)] }),
      read: (key) => cache.peek(key)?.value,
      estimate_bytes: () => cache.statistics().kinds.live.bytes,
    }
  },
} as const
export type HolderName = keyof typeof HOLDERS

function memory(): NodeJS.MemoryUsage {
  global.gc?.()
  global.gc?.()
  return process.memoryUsage()
}

const per = (bytes: number) => bytes / ENTRIES

function main(): void {
  const holder = HOLDERS[process.argv[2] as HolderName]()
  const before = memory()
  for (let device = 0; device < ENTRIES; device++) holder.set(liveKey(readingOf(device).device_id), readingOf(device))
  const kept = memory()
  for (let device = 0; device < ENTRIES; device++) holder.read(liveKey(readingOf(device).device_id))
  const read = memory()
  const figures: Figures = {
    heap_bytes: per(kept.heapUsed - before.heapUsed),
    heap_bytes_when_read: per(read.heapUsed - before.heapUsed),
    rss_bytes_when_read: per(read.rss - before.rss),
    estimate_bytes: per(holder.estimate_bytes()),
  }
  process.send?.(figures, () => process.exit(0))
}

main()
