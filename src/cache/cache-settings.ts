import { createHash } from 'node:crypto'
import { Secret } from '../domain/secret'
import { parseCacheOptions, type CacheOptions } from './cache-options'
import { isBlank, parseRedisSettings, type RedisSettings } from './redis/redis-settings'
import { redisName } from './redis/redis-target'

export { DEFAULT_PREFIX, REDIS_ACCESS, type RedisSettings } from './redis/redis-settings'

/** Everything about one cache, checked. */
export interface CacheSettings {
  readonly options: CacheOptions
  /** Absent: memory alone. */
  readonly redis?: RedisSettings
}

type Given = Readonly<Record<string, unknown>>

/**
 * Settings as given, the rest by default.
 * @param given those of `CACHE_OPTIONS`, `REDIS_OPTIONS` and `REDIS_ACCESS`, `redis_url`, `redis_prefix`, `username`, `password`
 * @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it
 */
export function parseCacheSettings(given: Given): CacheSettings {
  const options = parseCacheOptions(given)
  return isBlank(given.redis_url) ? { options } : { options, redis: parseRedisSettings(given) }
}

/** What people call it. */
export function nameOf({ redis }: CacheSettings): string {
  return redis ? `${redisName(redis.target)} ${redis.prefix}` : 'memory'
}

/** Equal where no setting differs, logins included; it gives none of them away. */
export function fingerprintOf(settings: CacheSettings): string {
  const reveal = function (this: Given, key: string, value: unknown): unknown {
    const own = this[key]
    return own instanceof Secret ? own.reveal() : value
  }
  return createHash('sha256').update(JSON.stringify(settings, reveal)).digest('hex')
}
