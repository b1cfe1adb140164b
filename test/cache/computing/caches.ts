import type { Cache } from '../../../src/cache/cache'
import { CacheCounters } from '../../../src/cache/cache-counters'
import { parseCacheOptions } from '../../../src/cache/cache-options'
import { parseCacheSettings } from '../../../src/cache/cache-settings'
import { ComputingCache } from '../../../src/cache/computing/computing-cache'
import { Condition } from '../../../src/cache/computing/condition'
import { createCache } from '../../../src/cache/create-cache'
import type { HeapUse } from '../../../src/cache/memory/heap-use'
import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import { TieredLevel } from '../../../src/cache/tiered/tiered-level'
import { FakeClock } from '../../support/fake-clock'
import { type FakeShared, FakeSharedLevel } from '../../support/fake-shared-level'

type Given = Readonly<Record<string, unknown>>

const idle = (): HeapUse => ({ used_bytes: 0, limit_bytes: 1, collected: false })

/** Without jitter, unless the test wants it. */
export function memoryCache(options: Given = {}): { cache: Cache; clock: FakeClock } {
  const clock = new FakeClock()
  const settings = parseCacheSettings({ jitter_pct: 0, ...options })
  const cache = createCache({ settings, clock, random: Math.random, heap: idle })
  cache.start()
  return { cache, clock }
}

/** One of several processes that share a fake Redis. */
export function sharedCache(shared: FakeShared, clock: FakeClock, given: Given = {}) {
  const options = parseCacheOptions({ jitter_pct: 0, ...given })
  const counters = new CacheCounters()
  const redis = new FakeSharedLevel(shared)
  const memory = new MemoryLevel({ maximum_entries: 1000, maximum_bytes: 1e6, clock })
  const level = new TieredLevel({ memory, shared: redis, clock })
  const condition = new Condition({ memory, level, redis: undefined, counters, clock, heap: idle, heap_pct: 90 })
  const cache: Cache = new ComputingCache({ level, options, counters, condition, clock, random: Math.random })
  cache.start()
  return { cache, redis }
}

/** Lets everything happen that waits for no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A load that a test ends when it wants. */
export class Source {
  loads = 0
  private resolve: (value: unknown) => void = () => {}
  private reject: (error: unknown) => void = () => {}

  readonly load = (): Promise<unknown> => {
    this.loads++
    return new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  /** The newest load ends. */
  bring(value: unknown): void {
    this.resolve(value)
  }

  fail(error: unknown): void {
    this.reject(error)
  }
}

/** How many questions ended how: with a value as JSON, or with the code of an error. */
export async function tally(questions: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const result of await Promise.allSettled(questions)) {
    const name = result.status === 'fulfilled' ? JSON.stringify(valueOf(result.value)) : codeOf(result.reason)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

export const times = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make)

function valueOf(answer: unknown): unknown {
  const { found, turn, value } = answer as { found?: { value: unknown }; turn?: unknown; value?: unknown }
  if (turn) return 'turn'
  return found ? found.value : value
}

function codeOf(reason: unknown): string {
  return (reason as { code?: string }).code ?? String(reason)
}
