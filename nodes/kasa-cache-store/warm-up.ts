import type { Node } from 'node-red'
import type { Cache } from '../../src/cache/cache'
import { liveKey } from '../../src/cache/keys'
import type { Clock } from '../../src/domain/clock'
import { MonitorError, toMonitorError } from '../../src/domain/errors'
import type { DatabaseService } from '../kasa-database/database-service'

export interface WarmUpOptions {
  /** Started. */
  readonly cache: Pick<Cache, 'find' | 'peek' | 'set' | 'status' | 'watch'>
  readonly database: Pick<DatabaseService, 'opened'>
  /** How long a live reading is kept at most. */
  readonly live_ms: number
  readonly clock: Pick<Clock, 'now'>
  /** Gets one line. */
  readonly log: Pick<Node, 'log' | 'warn'>
}

/**
 * Fills a cache at its start with the newest readings of a database, those that are young enough to be live; once, in the
 * background. What a device is, no database knows. Returns how to end it.
 */
export function warmUp({ cache, database, live_ms, clock, log }: WarmUpOptions): () => void {
  let isEnded = false
  const run = async () => {
    const opened = await database.opened()
    const [readings] = await Promise.all([opened.latest(), redisConnected(cache)])
    // Other processes may have kept newer ones in Redis.
    const known = await cache.find(liveKey('*'))
    if (isEnded) return
    let count = 0
    for (const reading of readings) {
      const key = liveKey(reading.device_id)
      const age_ms = clock.now() - reading.timestamp
      if (age_ms < 0 || age_ms >= live_ms || known.has(key) || cache.peek(key, 'live') !== undefined) continue
      cache.set(key, { ...reading, source: 'cache' }, { kind: 'live', ttl_ms: live_ms - age_ms })
      count++
    }
    log.log(`Readings of the database to begin with: ${count}`)
  }
  run().catch((thrown: unknown) => {
    if (!isEnded) log.warn(`Begins without the readings of the database: ${toMonitorError(thrown).message}`)
  })
  return () => void (isEnded = true)
}

/** Resolves at once where there is no Redis. */
function redisConnected(cache: WarmUpOptions['cache']): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { redis, error } = cache.status()
      if (redis === 'connecting') return
      end()
      if (redis === undefined || redis === 'open') resolve()
      else reject(error ?? new MonitorError('CACHE_UNAVAILABLE', 'Redis is not there'))
    }
    const end = cache.watch(look)
    look()
  })
}
