import { setTimeout as pause } from 'node:timers/promises'
import { CachedReadings } from '../../../nodes/kasa-fleet/cached-readings'
import type { Cache } from '../../../src/cache/cache'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { systemClock } from '../../../src/domain/clock'
import { kasa } from '../../../src/integrations/kasa/kasa'
import { Fleet } from '../../../src/polling/fleet'
import { cpuSince_us, percentile } from '../../support/statistics'
import { nextWord } from '../next-word'
import { opened } from '../opened'
import type { Figures } from '../../support/turns'

// A fleet that keeps its readings in a cache, as `kasa-fleet` does: `run-polls SECONDS DEVICES PORT [memory | REDIS]`. Warm, it
// says so, and waits for any word.

const INTERVAL_MS = 1000
const WARM_UP_MS = 3000

function report(error: Error): never {
  throw error
}

async function main(): Promise<void> {
  const [seconds, devices, port, kept] = process.argv.slice(2)
  const fleet = new Fleet({
    integrations: [kasa],
    hosts: [],
    interval: { minimum_ms: INTERVAL_MS, maximum_ms: INTERVAL_MS },
    report,
  })
  if (kept !== undefined) {
    fleet.subscribe(new CachedReadings({ cache: await openCache(kept), fleet, clock: systemClock, report }))
  }
  let latencies: number[] = []
  fleet.subscribe({ onReading: ({ latency_ms = NaN }) => void latencies.push(latency_ms) })
  await fleet.start()
  for (let index = 0; index < Number(devices); index++) {
    const host = `127.10.${index >> 8}.${index & 255}`
    fleet.add({ host, port: Number(port) }, (index * INTERVAL_MS) / Number(devices))
  }
  await pause(WARM_UP_MS)
  await nextWord('warm')
  latencies = []
  const begin = performance.now()
  const cpu = process.cpuUsage()
  await pause(Number(seconds) * 1000)
  const polls = latencies.length
  const figures: Figures = {
    polls_per_s: (polls / (performance.now() - begin)) * 1000,
    cpu_us_per_poll: cpuSince_us(cpu) / polls,
    latency_p50_ms: percentile(latencies, 50),
    latency_p99_ms: percentile(latencies, 99),
  }
  process.send?.(figures, () => process.exit(0))
}

async function openCache(kept: string): Promise<Cache> {
  const settings = parseCacheSettings(kept === 'memory' ? {} : { redis_url: kept })
  const cache = createCache({ settings, clock: systemClock, random: Math.random })
  cache.start()
  if (kept !== 'memory') await opened(cache)
  return cache
}

void main()
