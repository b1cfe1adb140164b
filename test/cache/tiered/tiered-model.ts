import assert from 'node:assert/strict'
import { matcherOf } from '../../../src/domain/wildcards'
import { CacheEntry } from '../../../src/cache/cache-entry'
import type { Lease } from '../../../src/cache/cache-level'
import { MemoryLevel } from '../../../src/cache/memory/memory-level'
import type { PendingBounds } from '../../../src/cache/tiered/pending-changes'
import { TieredLevel } from '../../../src/cache/tiered/tiered-level'
import { FakeClock } from '../../support/fake-clock'
import { FakeShared, FakeSharedLevel } from '../../support/fake-shared-level'

export const KEYS = ['a', 'b', 'ab']
export const TAGS = ['odd', 'even']
export const PATTERNS = ['a*', '*', '*b']
const LIFE_MS = 3_600_000
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A value is the number of the change that brought it: each is unique. */
type Version = string

class RecordedShared extends FakeShared {
  /** When each version was last written. */
  readonly written_at = new Map<Version, number>()

  override set(key: string, entry: CacheEntry, by: FakeSharedLevel): void {
    super.set(key, entry, by)
    this.written_at.set(entry.text, this.sequence)
  }
}

/** One process, and what it may expect. */
export class Member {
  readonly level: TieredLevel
  readonly shared: FakeSharedLevel
  readonly leases: { readonly key: string; readonly lease: Lease }[] = []
  /** Of each key: the change that this process has been told of. */
  private readonly told = new Map<string, number>()
  /** What this process has replaced or deleted itself. */
  readonly replaced = new Set<Version>()
  private readonly own = new Map<string, { readonly version: Version; readonly entry: CacheEntry }>()
  private readonly acknowledged = new Set<Version>()

  constructor(
    private readonly world: World,
    bounds?: PendingBounds,
  ) {
    this.shared = new FakeSharedLevel(world.shared)
    this.shared.manual = true
    const write = this.shared.write.bind(this.shared)
    this.shared.write = async (changes) => {
      await write(changes)
      for (const [, entry] of changes) if (entry) this.acknowledged.add(entry.text)
    }
    this.shared.onPush = ({ push, sequence }) => {
      for (const key of push === undefined ? KEYS : [push]) this.told.set(key, sequence)
    }
    const memory = new MemoryLevel({ maximum_entries: 100, maximum_bytes: 1e6, clock: world.clock })
    this.level = new TieredLevel({ memory, shared: this.shared, clock: world.clock, ...(bounds && { bounds }) })
    this.level.start()
  }

  connect(): void {
    if (this.shared.state === 'open') return
    for (const key of KEYS) this.told.set(key, this.world.shared.changed_at.get(key) ?? 0)
    this.shared.connect()
  }

  put(key: string): void {
    const entry = this.world.entry()
    this.replace((own) => own === key)
    this.own.set(key, { version: entry.text, entry })
    this.level.put(key, entry)
    assert.equal(this.level.peek(key), entry, 'what was put is not there')
  }

  async delete(deleting: () => Promise<number>, covers: (key: string, entry: CacheEntry) => boolean): Promise<void> {
    this.replace(covers)
    const deleted = await deleting()
    assert.ok(Number.isInteger(deleted))
  }

  async locate(key: string): Promise<void> {
    const told = this.told.get(key) ?? 0
    const replaced = new Set(this.replaced)
    const acknowledged = new Set(this.acknowledged)
    const own = this.own.get(key)?.version
    const found = await this.level.locate(key)
    if (found) this.check(found.entry.text, { told, replaced, acknowledged, own })
  }

  async find(pattern: string): Promise<void> {
    const replaced = new Set(this.replaced)
    for (const [key, entry] of await this.level.find(pattern, 10)) {
      assert.ok(matcherOf(pattern)(key))
      assert.ok(!replaced.has(entry.text), `${key}: ${entry.text} was replaced here before`)
    }
  }

  async lease(key: string): Promise<void> {
    const lease = await this.level.lease(key, [], 1000)
    if (typeof lease === 'object') this.leases.push({ key, lease })
  }

  async commit(): Promise<void> {
    const held = this.leases.shift()
    if (held) await held.lease.commit(this.world.entry())
  }

  /** What it has put last, and not deleted since. */
  lastPut(key: string): Version | undefined {
    return this.own.get(key)?.version
  }

  private replace(covers: (key: string, entry: CacheEntry) => boolean): void {
    for (const [key, { version, entry }] of this.own) {
      if (!covers(key, entry)) continue
      this.replaced.add(version)
      this.own.delete(key)
    }
  }

  private check(
    version: Version,
    before: { told: number; replaced: Set<Version>; acknowledged: Set<Version>; own: Version | undefined },
  ): void {
    assert.ok(!before.replaced.has(version), `${version} was replaced here before it was asked for`)
    const isPending = before.own === version && !before.acknowledged.has(version)
    const written_at = this.world.shared.written_at.get(version) ?? Infinity
    assert.ok(isPending || written_at >= before.told, `${version} had been changed by another, as was told`)
  }
}

/** Several processes on one Redis, in which nothing moves by itself. */
export class World {
  readonly clock = new FakeClock()
  readonly shared = new RecordedShared(this.clock)
  readonly members: readonly Member[]
  private readonly questions: Promise<unknown>[] = []
  private readonly faults: unknown[] = []
  private versions = 0

  /** @param bounds of what may be pending in each of them */
  constructor(bounds: readonly (PendingBounds | undefined)[]) {
    this.members = bounds.map((each) => new Member(this, each))
  }

  entry(): CacheEntry {
    const version = ++this.versions
    const tags = [TAGS[version % 2] as string]
    const stored_ms = this.clock.monotonic()
    return new CacheEntry({ kind: 'flow', tags, stored_ms, fresh_ms: LIFE_MS, stale_ms: 0 }, String(version))
  }

  ask(question: Promise<unknown>): void {
    this.questions.push(question.catch((fault: unknown) => this.faults.push(fault)))
  }

  /** Lets everything come to rest, and compares. */
  async settle(): Promise<void> {
    for (const member of this.members) member.connect()
    for (let isMoving = true; isMoving;) {
      isMoving = false
      for (const { shared } of this.members) while (shared.execute()) isMoving = true
      this.shared.tell()
      for (const { shared } of this.members) while (shared.deliver()) isMoving = true
      await turn()
      isMoving ||= this.clock.pending > 0 || this.members.some(({ shared }) => shared.isBusy)
      this.clock.advance(100)
      await turn()
    }
    await Promise.all(this.questions)
    if (this.faults.length > 0) throw this.faults[0]
    for (const key of KEYS) await this.compare(key)
  }

  /** Where there is but one, Redis has in the end what it has put. */
  compareWithOwn(): void {
    for (const key of KEYS) assert.equal(this.shared.get(key)?.text, this.members[0]?.lastPut(key))
  }

  private async compare(key: string): Promise<void> {
    const truth = this.shared.get(key)?.text
    for (const [index, { level, shared, replaced }] of this.members.entries()) {
      assert.equal(level.pending, 0, `${index}: ${level.pending} are pending`)
      const kept = level.peek(key)?.text
      assert.ok(kept === undefined || kept === truth, `${index}: ${key} is ${kept}, and in truth ${truth}`)
      assert.ok(truth === undefined || !replaced.has(truth), `${key}: ${truth} has come back`)
      shared.manual = false
      assert.equal((await level.locate(key))?.entry.text, truth)
    }
  }
}
