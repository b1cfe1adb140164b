import { invalid } from '../../domain/errors'
import type { AskOptions, KeepOptions } from '../cache'
import { CACHE_KINDS, WAIT_MS, type CacheKind } from '../cache-options'
import { tagOf } from '../keys'

const LONGEST_TTL_MS = 30 * 86_400_000
const MOST_TAGS = 1000

/** How a value is to be kept, checked. */
export interface Keeping {
  readonly kind: CacheKind
  readonly ttl_ms: number | undefined
  readonly tags: readonly string[]
}

/** A question, checked. */
export interface Request extends Keeping {
  readonly key: string
  readonly wait_ms: number
}

/**
 * @param fallback what was said when the value was asked for, checked; tags add up
 * @throws MonitorError `INPUT_INVALID`
 */
export function keepingOf(options: KeepOptions, fallback?: Keeping): Keeping {
  const { kind = fallback?.kind ?? 'flow', ttl_ms = fallback?.ttl_ms, tags = [] } = options
  if (!CACHE_KINDS.includes(kind)) throw invalid('INPUT_INVALID', 'kind', kind, `one of ${CACHE_KINDS.join(', ')}`)
  if (ttl_ms !== undefined) checkDuration('ttl_ms', ttl_ms, LONGEST_TTL_MS)
  if (!Array.isArray(tags) || tags.length > MOST_TAGS) {
    throw invalid('INPUT_INVALID', 'tags', tags, `a list of at most ${MOST_TAGS} tags`)
  }
  return { kind, ttl_ms, tags: [...new Set([...(fallback?.tags ?? []), ...tags.map(tagOf)])] }
}

/** @throws MonitorError `INPUT_INVALID` */
export function requestOf(key: string, options: AskOptions): Request {
  const { wait_ms = WAIT_MS.default } = options
  checkDuration('wait_ms', wait_ms, WAIT_MS.maximum)
  return { key, wait_ms, ...keepingOf(options) }
}

function checkDuration(field: string, value: unknown, longest_ms: number): void {
  if (typeof value === 'number' && value > 0 && value <= longest_ms) return
  throw invalid('INPUT_INVALID', field, value, `more than 0, at most ${longest_ms} ms`)
}
