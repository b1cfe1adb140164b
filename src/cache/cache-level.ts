import type { CacheEntry } from './cache-entry'

/**
 * One place where values are kept, or several behind one another. All pass the suite in `test/contract/cache`. Keys and tags
 * have been checked by `keys.ts`; in a pattern `*` stands for any run of characters, everything else for itself.
 *
 * Everything rejects with `CACHE_UNAVAILABLE` where the place cannot be reached in time.
 */
export interface CacheLevel {
  /** Undefined where it is unknown, expired, or damaged. */
  get(key: string): Promise<CacheEntry | undefined>
  /** All whose key matches, `limit` at most. */
  find(pattern: string, limit: number): Promise<ReadonlyMap<string, CacheEntry>>
  set(key: string, entry: CacheEntry): Promise<void>
  /** How many there were. Computations of them that are under way do not count and are not kept. */
  delete(keys: readonly string[]): Promise<number>
  deleteMatching(pattern: string): Promise<number>
  deleteTagged(tag: string): Promise<number>
}

/** What is to be done to a key: `undefined` deletes. */
export type Change = readonly [key: string, entry: CacheEntry | undefined]

export type SharedState = 'connecting' | 'open' | 'down' | 'closed'

export interface SharedWatcher {
  /** Somebody else has changed the value of a key, or anything about its computation; without one: of any. */
  changed(key: string | undefined): void
  /** Its state, or why it is down. From `open` on, every change is told; what happened before was missed. */
  state(state: SharedState): void
}

/** Where several processes keep values together. */
export interface SharedLevel extends CacheLevel {
  readonly state: SharedState
  /** Begins to connect, and goes on trying; does not wait for it. */
  start(): void
  stop(): Promise<void>
  /** Returns how to end it. */
  watch(watcher: SharedWatcher): () => void
  /** Many changes, in order, in one go. What they leave behind is seen by others at once. */
  write(changes: readonly Change[]): Promise<void>
  /**
   * Asks to be the one who computes a key; for `lease_ms`, unless it is renewed. Undefined: another has it.
   * @param tags groups whose invalidation ends it, and the key's own
   */
  lease(key: string, tags: readonly string[], lease_ms: number): Promise<Lease | undefined>
}

/** The right to compute a key, alone among all processes. */
export interface Lease {
  /** False: it is lost. */
  renew(): Promise<boolean>
  /** Keeps what was computed, unless the lease is lost, as it is where the key was deleted meanwhile. Ends it. */
  commit(entry: CacheEntry): Promise<boolean>
  release(): Promise<void>
}
