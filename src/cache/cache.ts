import type { MonitorError } from '../domain/errors'
import type { DurationCounts } from '../domain/histogram'
import type { Json } from './cache-entry'
import type { SharedState } from './cache-level'
import type { CacheKind } from './cache-options'
import type { CacheStatistics } from './cache-statistics'

/** Where a value came from. `computed`: somebody has just brought it. */
export type FoundIn = 'memory' | 'redis' | 'computed'

export interface Found {
  /** Shared with all who ask: to be copied before it is changed. */
  readonly value: Json
  readonly from: FoundIn
  /** Since the value was brought. */
  readonly age_ms: number
  /** It is past its time, and somebody brings a new one. */
  readonly stale: boolean
}

export interface KeepOptions {
  /** Decides how long it is kept, what is expected of its shape, and where it is counted; `flow` without it. */
  readonly kind?: CacheKind
  /** Instead of the time of its kind. */
  readonly ttl_ms?: number
  /** Groups that it is invalidated with. */
  readonly tags?: readonly string[]
}

export interface AskOptions extends KeepOptions {
  /** How long to wait for whoever brings the value, and how long the caller has where that is the caller. */
  readonly wait_ms?: number
}

/** The duty to bring the value of a key: one in all processes has it at a time. It passes with `wait_ms`. */
export interface Turn {
  readonly key: string
  readonly id: string
}

/** At least one of both. Both: a value that is served while the caller brings a new one. */
export interface Asked {
  readonly found?: Found
  readonly turn?: Turn
}

export interface CacheStatus {
  /** Undefined: there is no Redis. */
  readonly redis?: SharedState
  /** Why Redis is not open. */
  readonly error?: MonitorError
  /** The first value that was too large to be kept: `INPUT_INVALID`. Statistics count all of them. */
  readonly oversized?: MonitorError
  /** Memory is short, and the cache smaller than it may be. */
  readonly shrunk: boolean
}

/**
 * Values that were costly to come by, kept for a while: in memory, and where there is one in a Redis that several processes
 * share. Redis may come and go: nothing here fails or waits for more than its `timeout_ms` because of it.
 *
 * Keys, patterns and tags that are no text, or are too long, are refused with `INPUT_INVALID`.
 */
export interface Cache {
  /** How long a value of a kind is fresh where nothing else is said. */
  readonly lifetimes_ms: Readonly<Record<CacheKind, number>>

  start(): void
  /** What is still on its way to Redis is brought there, within a second. Whoever waits gets `CLOSED`. */
  stop(): Promise<void>

  /** What memory has, fresh; costs no more than a look. A miss is counted with `kind`, `flow` without it; so in `get`. */
  peek(key: string, kind?: CacheKind): Found | undefined
  /** What is fresh. Undefined where nobody has brought it. Waits for nobody. */
  get(key: string, kind?: CacheKind): Promise<Found | undefined>
  /** All whose key matches, and that are fresh; by key. `*` stands for any run of characters. */
  find(pattern: string): Promise<ReadonlyMap<string, Found>>

  /**
   * Kept at once; others see it within some 10 ms. Answers whoever waits for the key. False: it is larger than `entry_kb` and
   * not kept, nor is what it was to replace.
   */
  set(key: string, value: unknown, options?: KeepOptions): boolean
  /** How many there were. A computation that began before is not kept. */
  delete(key: string): Promise<number>
  deleteMatching(pattern: string): Promise<number>
  deleteTagged(tag: string): Promise<number>

  /**
   * The value, or the duty to bring it, whoever asks first in any process; others wait for it.
   * @throws MonitorError `CACHE_TIMEOUT`; `CACHE_LOAD_FAILED`, whose cause has the code that the one who was to bring it
   *   failed with; `QUEUE_FULL` where 10,000 questions are open; `CLOSED`
   */
  ask(key: string, options?: AskOptions): Promise<Asked>
  /**
   * Brings it. Undefined means that there is nothing: null, kept as briefly as a failure. False where it was not kept: it is
   * too large, the key was set or deleted meanwhile, or the time of the turn had passed and another has taken it, or 3 s went
   * by; who waits gets it.
   * @param options what they do not say is as it was asked for; tags add up
   */
  complete(turn: Turn, value: unknown, options?: KeepOptions): Promise<boolean>
  /** Cannot bring it: all who wait hear why, and for `negative_s` all who ask, unless an old value can be served. */
  fail(turn: Turn, error: MonitorError): Promise<void>
  /**
   * Asks, and computes where it is the caller's turn; in the background where there is an old value.
   * @throws MonitorError as `ask` does; what `load` failed with, under the same code for all who wait, and otherwise
   *   `CACHE_LOAD_FAILED`
   */
  fetch(key: string, load: () => Promise<unknown>, options?: AskOptions): Promise<Found>

  status(): CacheStatus
  /** Called when the status has changed; returns how to end it. */
  watch(watcher: (status: CacheStatus) => void): () => void
  statistics(): CacheStatistics
  /** How long Redis took to answer; undefined where there is none. */
  redisLatency(): DurationCounts | undefined
}
