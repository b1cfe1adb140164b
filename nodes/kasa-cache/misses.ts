import type { FoundIn } from '../../src/cache/cache'
import type { Message } from '../shared/input'

/** A value that a message is on its way to bring. */
export interface Miss {
  readonly key: string
  /** See `Turn.id`. Absent: nobody waits for it. */
  readonly turn?: string
  /** An old value has been served meanwhile: nobody waits for this message. */
  readonly refresh?: boolean
}

/** `msg.cache`: what the last cache node has done, and what a miss has to keep until it comes to a `set`. */
export interface CacheNote {
  readonly key?: string
  readonly pattern?: string
  readonly tag?: string
  readonly hit?: FoundIn | false
  readonly age_ms?: number
  readonly stale?: boolean
  /** How many values matched. */
  readonly count?: number
  readonly kept?: boolean
  readonly deleted?: number
  readonly turn?: string
  readonly refresh?: boolean
}

/** One miss leads to another, and that perhaps to a third. What goes in circles is none of it. */
const MAXIMUM_OPEN = 10

/** What a message is to bring, outermost first. Anything may stand in a message. */
export function missesOf({ cache }: Message): Miss[] {
  if (!isObject(cache)) return []
  const outer = Array.isArray(cache.outer) ? (cache.outer as unknown[]) : []
  const own = cache.hit === false ? [cache] : []
  return [...outer, ...own].filter(isMiss).map(({ key, turn, refresh }) => {
    return { key, ...(turn !== undefined && { turn }), ...(refresh === true && { refresh }) }
  })
}

/** Notes what was done, and keeps the misses that are still open in `msg.cache.outer`. */
export function note(message: Message, done: CacheNote, open: readonly Miss[] = missesOf(message)): void {
  message.cache = open.length > 0 ? { ...done, outer: open.slice(-MAXIMUM_OPEN) } : done
}

function isMiss(value: unknown): value is Miss {
  return isObject(value) && typeof value.key === 'string' && ['string', 'undefined'].includes(typeof value.turn)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
