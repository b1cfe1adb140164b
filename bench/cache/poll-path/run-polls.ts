import { setTimeout as pause } from 'node:timers/promises'
import type { Cache } from '../../../src/cache/cache'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { createCache } from '../../../src/cache/create-cache'
import { liveKey } from '../../../src/cache/keys'
import { systemClock } from '../../../src/domain/clock'
import type { PollTask } from '../../poll/contender'
import { Engine } from '../../poll/contenders/engine'
import { cpuSince_us, percentile } from '../../support/statistics'
import { nextWord } from '../next-word'
import { opened } from '../opened'
import type { Figures } from '../turns'

// Polls with or without a cache: `run-polls SECONDS TASK [memory | REDIS]`. Warm, it says so, and waits for any word.

const WARM_UP_MS = 1500

async function main(): Promise<void> {
  const [seconds, text = '{}', kept] = process.argv.slice(2)
  const cache = kept === undefined ? undefined : await openCache(kept)
  let latencies: number[] = []
  const engine = new Engine('tcp', undefined, (reading) => {
    cache?.set(liveKey(reading.device_id), reading, { kind: 'live' })
    latencies.push(reading.latency_ms ?? NaN)
  })
  await engine.start(JSON.parse(text) as PollTask)
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
