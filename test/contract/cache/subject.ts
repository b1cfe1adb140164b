import assert from 'node:assert/strict'
import { CacheEntry, jsonOf, type EntryFields } from '../../../src/cache/cache-entry'
import type { CacheLevel } from '../../../src/cache/cache-level'
import { systemClock, type Clock } from '../../../src/domain/clock'

/** A new, empty level that is ready, and how to be rid of it. */
export interface LevelUnderTest {
  readonly level: CacheLevel
  readonly time: TestTime
  readonly close: () => Promise<void>
}

/** The time that a level lives in. */
export interface TestTime {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Returns when that moment of the clock is reached. */
  readonly until: (moment_ms: number) => Promise<void>
}

/** For levels whose times somebody else keeps. */
export const realTime: TestTime = {
  clock: systemClock,
  until: async (moment_ms) => {
    for (let left = moment_ms - systemClock.monotonic(); left > 0; left = moment_ms - systemClock.monotonic()) {
      await new Promise<void>((resolve) => systemClock.setTimeout(resolve, left))
    }
  },
}

/** Longer than any test takes. */
const LONG_MS = 600_000

/** One level serves all tests; each has keys and tags of its own. */
export class Subject {
  private names = 0
  private opened: LevelUnderTest | undefined

  constructor(private readonly open: () => Promise<LevelUnderTest>) {}

  async start(): Promise<void> {
    this.opened = await this.open()
  }

  async end(): Promise<void> {
    await this.opened?.close()
  }

  get level(): CacheLevel {
    return this.underTest.level
  }

  get time(): TestTime {
    return this.underTest.time
  }

  /** The beginning of names that no other test uses. */
  newName(): string {
    return `name-${(this.names += 1)}:`
  }

  entry(value: unknown, fields: Partial<EntryFields> = {}): CacheEntry {
    const stored_ms = this.time.clock.monotonic()
    return new CacheEntry(
      { kind: 'flow', tags: [], stored_ms, fresh_ms: LONG_MS, stale_ms: 0, ...fields },
      jsonOf(value),
    )
  }

  /** Returns how long that took: what keeps times elsewhere may be wrong by as much. */
  async set(key: string, entry: CacheEntry): Promise<number> {
    const began_ms = this.time.clock.monotonic()
    await this.level.set(key, entry)
    return this.time.clock.monotonic() - began_ms
  }

  private get underTest(): LevelUnderTest {
    assert.ok(this.opened)
    return this.opened
  }
}

/** That everything has come back as it was, but for the moment, which levels know only so well. */
export function assertSame(found: CacheEntry | undefined, expected: CacheEntry): asserts found is CacheEntry {
  assert.ok(found, 'not found')
  assert.deepEqual(contentOf(found), contentOf(expected))
}

function contentOf({ kind, tags, fresh_ms, stale_ms, failure, text, value }: CacheEntry): object {
  return { kind, tags, fresh_ms, stale_ms, failure, text, value }
}
