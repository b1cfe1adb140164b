import { matcherOf } from '../../domain/wildcards'
import type { CacheEntry } from '../cache-entry'
import type { SharedLevel } from '../cache-level'

/** A deletion of many keys, on its way to Redis. */
export class Deletion {
  /** How many Redis had of them; 0 until it has answered. */
  removed = 0

  private constructor(
    /** Equal ones have equal names. */
    readonly name: string,
    /** Whether it deletes the key, with this value; without one: whatever its value is. */
    readonly covers: (key: string, entry?: CacheEntry) => boolean,
    private readonly ask: (shared: SharedLevel) => Promise<number>,
  ) {}

  static ofKeys(keys: readonly string[]): Deletion {
    const covered = new Set(keys)
    return new Deletion(
      `keys ${JSON.stringify(keys)}`,
      (key) => covered.has(key),
      (shared) => shared.delete(keys),
    )
  }

  static matching(pattern: string): Deletion {
    return new Deletion(`pattern ${pattern}`, matcherOf(pattern), (shared) => shared.deleteMatching(pattern))
  }

  static tagged(tag: string): Deletion {
    return new Deletion(
      `tag ${tag}`,
      (_, entry) => entry?.tags.includes(tag) ?? false,
      (shared) => shared.deleteTagged(tag),
    )
  }

  async carryOut(shared: SharedLevel): Promise<void> {
    this.removed = await this.ask(shared)
  }
}
