import { MonitorError } from '../../domain/errors'
import type { Found, FoundIn } from '../cache'
import type { CacheEntry, Failure } from '../cache-entry'

export function foundOf(entry: CacheEntry, from: FoundIn, now_ms: number): Found {
  return { value: entry.value, from, age_ms: now_ms - entry.stored_ms, stale: !entry.isFresh(now_ms) }
}

/** As whoever waits for a value hears why there is none. */
export function loadFailed(key: string, error: MonitorError): MonitorError {
  return new MonitorError('CACHE_LOAD_FAILED', `${key}: ${error.message}`, { cause: error })
}

/** The same where it was kept, perhaps by another process. */
export function failureOf(key: string, { code, message }: Failure): MonitorError {
  return loadFailed(key, new MonitorError(code, message))
}

/** What a load failed with, as `fetch` tells it to all who wait. */
export function causeOf(error: unknown): unknown {
  const isOfLoad = error instanceof MonitorError && error.code === 'CACHE_LOAD_FAILED'
  return isOfLoad && error.cause instanceof MonitorError ? error.cause : error
}
