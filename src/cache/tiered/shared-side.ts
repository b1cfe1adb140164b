import type { Clock } from '../../domain/clock'
import { matcherOf } from '../../domain/wildcards'
import { within } from '../../domain/within'
import type { CacheEntry } from '../cache-entry'
import type { Lease, SharedLevel } from '../cache-level'
import type { RedisTimes } from '../cache-options'
import type { MemoryLevel } from '../memory/memory-level'
import type { Deletion } from './deletion'
import { KeptLease } from './kept-lease'
import type { PendingBounds } from './pending-changes'
import { whileAnswered } from './while-answered'
import { WriteBehind } from './write-behind'

const STOP_MS = 1000
const STOP_RETRY_MS = 50
/** A key that nobody has. */
const NOTHING = '-'

export interface Located {
  readonly entry: CacheEntry
  readonly from: 'memory' | 'redis'
}

export interface SharedSideParts {
  readonly shared: SharedLevel
  readonly memory: MemoryLevel
  readonly times: RedisTimes
  readonly clock: Clock
  readonly bounds?: PendingBounds | undefined
}

/**
 * What lies behind memory: Redis, and the changes that it does not have yet. Redis may be asked while changes are pending,
 * also after an outage: where they concern what it says, they are preferred to it.
 */
export class SharedSide {
  private readonly writes: WriteBehind
  /** Questions under way whose answer memory may keep: whatever changes the key takes it out. */
  private readonly reads = new Map<string, Promise<Located | undefined>>()
  /** Computations of this process whose value memory may keep, likewise. */
  private readonly leases = new Map<string, symbol>()

  constructor(private readonly parts: SharedSideParts) {
    const { shared, memory, times, clock, bounds } = parts
    this.writes = new WriteBehind({
      shared,
      clock,
      gather_ms: times.gather_ms,
      bounds,
      forget: (keys) => {
        if (keys) for (const key of keys) memory.drop(key)
        else memory.keep(this.writes.pending.keys())
      },
    })
  }

  get isOpen(): boolean {
    return this.parts.shared.state === 'open'
  }

  get pending(): number {
    return this.writes.pending.size
  }

  /** Redis is there, again perhaps: what others have changed before was missed. */
  opened(): void {
    this.changed(undefined)
    void this.writes.flush()
  }

  /** Redis is not there: nobody waits for it. */
  closed(): void {
    this.writes.giveUp()
  }

  /** Another process has changed the key; without one: any. */
  changed(key: string | undefined): void {
    const { memory } = this.parts
    const { pending } = this.writes
    this.touch(key)
    pending.overtake(key)
    if (key === undefined) memory.keep(pending.keys())
    else if (!pending.has(key)) memory.drop(key)
  }

  async get(key: string): Promise<Located | undefined> {
    if (!this.isOpen) return undefined
    const { pending } = this.writes
    if (!pending.has(key)) return this.reads.get(key) ?? this.read(key)
    // Memory was too full to keep it.
    const entry = pending.get(key)
    return entry && this.isAlive(entry) ? { entry, from: 'memory' } : undefined
  }

  async find(pattern: string, limit: number): Promise<Map<string, CacheEntry>> {
    const found = new Map<string, CacheEntry>()
    if (!this.isOpen) return found
    const { pending } = this.writes
    const { deletions } = pending
    const own = [...pending.keys()].filter(matcherOf(pattern)).map((key) => [key, pending.get(key)] as const)
    const finding = this.parts.shared.find(pattern, limit).then((entries) => {
      for (const [key, entry] of entries) if (!isCovered(deletions, key, entry)) found.set(key, entry)
    })
    await this.whileAnswered(finding)
    for (const [key, entry] of own) {
      if (entry && this.isAlive(entry)) found.set(key, entry)
      else found.delete(key)
    }
    return found
  }

  /** @param entry undefined deletes */
  set(key: string, entry: CacheEntry | undefined): void {
    this.touch(key)
    this.writes.set(key, entry)
  }

  /** Returns when nothing of the key is pending, or Redis does not take it in time. */
  async settle(key: string): Promise<void> {
    const { clock, times } = this.parts
    await within(clock, times.timeout_ms, this.writes.settle(key))
  }

  /** How many Redis had of them; 0 where it does not say so in time. */
  async delete(deletion: Deletion, keys?: readonly string[]): Promise<number> {
    const { clock, times } = this.parts
    for (const key of keys ?? [undefined]) this.touch(key)
    let removed = 0
    const deleting = this.writes.delete(deletion).then((deleted) => {
      removed = deleted.removed
    })
    if (keys) await within(clock, times.timeout_ms, deleting)
    else await this.whileAnswered(deleting)
    return removed
  }

  /** 'alone': there is no Redis to ask. */
  async lease(key: string, tags: readonly string[], lease_ms: number): Promise<Lease | 'taken' | 'alone'> {
    const { shared, memory } = this.parts
    // An earlier change of ours that comes later would end it.
    if (this.isOpen) await this.settle(key)
    if (!this.isOpen || this.writes.pending.concerns(key)) return 'alone'
    const mine = Symbol(key)
    this.leases.set(key, mine)
    const isUntouched = () => this.leases.get(key) === mine && this.leases.delete(key)
    try {
      const lease = await shared.lease(key, tags, lease_ms)
      if (lease) {
        return new KeptLease(lease, isUntouched, (entry) => {
          if (entry) memory.put(key, entry, this.until_ms)
          else if (!this.writes.pending.has(key)) memory.drop(key)
        })
      }
      isUntouched()
      return 'taken'
    } catch {
      isUntouched()
      return 'alone'
    }
  }

  /** When memory forgets what it gets now, and asks Redis again. */
  get until_ms(): number {
    return this.parts.clock.monotonic() + this.parts.times.memory_s * 1000
  }

  /** Writes what it can within a second. */
  async stop(): Promise<void> {
    const { shared, clock } = this.parts
    const ends_ms = clock.monotonic() + STOP_MS
    while (this.isOpen && this.pending > 0 && clock.monotonic() < ends_ms) {
      const left_ms = ends_ms - clock.monotonic()
      await within(clock, left_ms, this.writes.flush())
      if (this.pending > 0) await within(clock, Math.min(left_ms, STOP_RETRY_MS), new Promise(() => {}))
    }
    this.writes.stop()
    await shared.stop()
  }

  private read(key: string): Promise<Located | undefined> {
    const { shared, memory } = this.parts
    const { deletions } = this.writes.pending
    const reading: Promise<Located | undefined> = shared.get(key).then(
      (entry) => {
        const isUntouched = this.reads.get(key) === reading && this.reads.delete(key)
        if (!entry || isCovered(deletions, key, entry)) return undefined
        // A deletion by tag may take away what comes during it as well, and is not told to who does it.
        if (isUntouched && deletions.length === 0) memory.put(key, entry, this.until_ms)
        return { entry, from: 'redis' }
      },
      () => {
        if (this.reads.get(key) === reading) this.reads.delete(key)
        return undefined
      },
    )
    this.reads.set(key, reading)
    return reading
  }

  /** Where Redis has much to look through; where it answers nothing, not even this is waited for. */
  private async whileAnswered(work: Promise<unknown>): Promise<void> {
    const { shared, clock } = this.parts
    await whileAnswered(clock, () => shared.get(NOTHING), work)
  }

  /** The key changes, or without one any: memory may not keep what is under way. */
  private touch(key: string | undefined): void {
    for (const under_way of [this.reads, this.leases]) {
      if (key === undefined) under_way.clear()
      else under_way.delete(key)
    }
  }

  private isAlive(entry: CacheEntry): boolean {
    return this.parts.clock.monotonic() < entry.ends_ms
  }
}

function isCovered(deletions: readonly Deletion[], key: string, entry: CacheEntry): boolean {
  return deletions.some((deletion) => deletion.covers(key, entry))
}
