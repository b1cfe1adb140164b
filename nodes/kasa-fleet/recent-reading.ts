import type { Cache } from '../../src/cache/cache'
import { liveKey } from '../../src/cache/keys'
import { checkReading } from '../../src/database/reading-check'
import type { Clock } from '../../src/domain/clock'
import type { RecentReading } from '../../src/polling/reads'

/**
 * Readings that other fleets have kept: of this Node-RED, or of others that share a Redis with it.
 * @throws MonitorError `INPUT_INVALID` where a flow has put something else in the place of one
 */
export function recentReading(cache: Pick<Cache, 'get'>, clock: Pick<Clock, 'now'>): RecentReading {
  return async (device_id, within_ms) => {
    const found = await cache.get(liveKey(device_id), 'live')
    if (found === undefined || found.age_ms >= within_ms) return undefined
    const { value } = found
    checkReading(value)
    // One from a database is older than its time in the cache.
    return clock.now() - value.timestamp < within_ms ? value : undefined
  }
}
