import { randomUUID } from 'node:crypto'
import type { Clock, Random } from '../../domain/clock'
import type { MonitorError } from '../../domain/errors'
import type { CacheEntry } from '../cache-entry'
import type { Change, Lease, SharedLevel, SharedState, SharedWatcher } from '../cache-level'
import { ClusterSession } from './cluster-session'
import { decodeEntry, maximumBytes } from './entry-codec'
import { readCommand, trialCommand } from './redis-commands'
import { isOfAnotherShape } from './redis-errors'
import { findKeys } from './redis-finder'
import { OwnChanges, RedisLease } from './redis-lease'
import { RedisLink, type Exchange } from './redis-link'
import { RedisNames } from './redis-names'
import type { RedisSession, SessionOptions } from './redis-session'
import type { RedisSettings } from './redis-settings'
import { inChunks, RedisWriter, unlink } from './redis-writer'
import { SingleSession } from './single-session'

/** Deleted within the time of a message; more take longer. */
const FEW_KEYS = 100
/** Each may be as large as an entry may be. */
const READ_TOGETHER = 16
const TAGGED_TOGETHER = 500

export interface RedisLevelOptions {
  readonly settings: RedisSettings
  readonly clock: Clock
  readonly random: Random
  /** Of the JSON of one value. */
  readonly entry_bytes: number
}

/** Values in a Redis that several processes share. */
export class RedisLevel implements SharedLevel {
  private readonly names: RedisNames
  private readonly link: RedisLink
  private readonly writer: RedisWriter
  private readonly own = new OwnChanges()
  private readonly watchers = new Set<SharedWatcher>()
  private readonly maximum_bytes: number

  constructor(private readonly options: RedisLevelOptions) {
    const { settings, clock, random, entry_bytes } = options
    this.names = new RedisNames(settings.prefix)
    this.maximum_bytes = maximumBytes(entry_bytes)
    this.writer = new RedisWriter({
      names: this.names,
      clock,
      entry_bytes,
      onRubbish: (count) => this.addRubbish(count),
    })
    this.link = new RedisLink({
      settings,
      tracked: this.names.tracked,
      clock,
      random,
      openSession,
      tryOut: (session) => this.tryOut(session),
      events: { changed: (name) => this.tellChange(name), state: (state) => this.tellState(state) },
    })
  }

  get state(): SharedState {
    return this.link.state
  }

  /** Why it is not open. */
  get error(): MonitorError | undefined {
    return this.link.error
  }

  get counters() {
    return this.link.counters
  }

  start(): void {
    this.link.start()
  }

  stop(): Promise<void> {
    this.link.stop()
    return Promise.resolve()
  }

  watch(watcher: SharedWatcher): () => void {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  get(key: string): Promise<CacheEntry | undefined> {
    return this.link.ask((session) => this.read(session, key))
  }

  find(pattern: string, limit: number): Promise<ReadonlyMap<string, CacheEntry>> {
    return this.link.carryOut(async (session, isOver) => {
      const found = new Map<string, CacheEntry>()
      for await (const keys of findKeys(session.nodes(), this.names, pattern, 'e', isOver)) {
        for (const some of inChunks(keys, READ_TOGETHER)) {
          for (const [key, entry] of await this.readAll(session, some)) if (found.size < limit) found.set(key, entry)
          if (found.size >= limit) return found
        }
      }
      return found
    })
  }

  set(key: string, entry: CacheEntry): Promise<void> {
    return this.write([[key, entry]])
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.link.carryOut((session) => this.writer.write(session, changes))
  }

  delete(keys: readonly string[]): Promise<number> {
    const exchange: Exchange<number> = (session) => this.writer.delete(session, keys)
    return keys.length > FEW_KEYS ? this.link.carryOut(exchange) : this.link.ask(exchange)
  }

  deleteMatching(pattern: string): Promise<number> {
    return this.link.carryOut(async (session, isOver) => {
      let count = 0
      for await (const keys of findKeys(session.nodes(), this.names, pattern, '[el]', isOver)) {
        count += await this.writer.delete(session, keys)
      }
      return count
    })
  }

  deleteTagged(tag: string): Promise<number> {
    return this.link.carryOut(async (session, isOver) => {
      let count = 0
      while (!isOver()) {
        const keys = await this.tagged(session, tag)
        if (keys.length === 0) break
        // First out of the group: whatever joins it after that is later than this deletion, or deleted by it.
        await session.send(this.names.tag(tag), ['ZREM', this.names.tag(tag), ...keys])
        await this.writer.unlinkLeases(session, keys)
        for (const some of inChunks(keys, READ_TOGETHER)) {
          // Those that have been replaced may have left the group.
          const entries = await this.readAll(session, some)
          const carriers = some.filter((key) => entries.get(key)?.tags.includes(tag))
          count += await this.writer.delete(session, carriers)
        }
      }
      return count
    })
  }

  async lease(key: string, tags: readonly string[], lease_ms: number): Promise<Lease | undefined> {
    // Not to be guessed, and never the same in two processes.
    const token = randomUUID()
    const has = await this.link.ask(async (session) => {
      const [is_mine] = await Promise.all([
        this.take(session, key, token, lease_ms),
        this.writer.tag(session, key, tags, lease_ms),
      ])
      return is_mine
    })
    if (!has) return undefined
    const { names, link, writer, own } = this
    return new RedisLease({ key, token, lease_ms, names, link, writer, own })
  }

  private async take(session: RedisSession, key: string, token: string, lease_ms: number): Promise<boolean> {
    const name = this.names.lease(key)
    const set = ['SET', name, token, 'NX', 'PX', String(Math.ceil(lease_ms))]
    const [taken, left_ms] = await Promise.all([session.send(name, set), session.send(name, ['PTTL', name])])
    if (taken !== null) return true
    if (left_ms !== -1) return false
    // None of ours: it would stay for ever.
    this.addRubbish(1)
    await unlink(session, [name])
    return (await session.send(name, set)) !== null
  }

  private async readAll(session: RedisSession, keys: readonly string[]): Promise<ReadonlyMap<string, CacheEntry>> {
    const entries = await Promise.all(keys.map(async (key) => [key, await this.read(session, key)] as const))
    return new Map(entries.filter((found): found is [string, CacheEntry] => found[1] !== undefined))
  }

  private async read(session: RedisSession, key: string): Promise<CacheEntry | undefined> {
    const name = this.names.value(key)
    const reply = await sendUnlessOfAnotherShape(session, name, readCommand(name, this.maximum_bytes))
    const [left_ms, text] = Array.isArray(reply) ? (reply as unknown[]) : []
    if (left_ms === -2) return undefined
    const now_ms = this.options.clock.monotonic()
    const is_ours = typeof text === 'string' && typeof left_ms === 'number'
    const entry = is_ours ? decodeEntry(key, text, left_ms, now_ms) : undefined
    if (!entry) this.addRubbish(1)
    return entry
  }

  private async tagged(session: RedisSession, tag: string): Promise<string[]> {
    const name = this.names.tag(tag)
    const reply = await sendUnlessOfAnotherShape(session, name, ['ZRANGE', name, '0', String(TAGGED_TOGETHER - 1)])
    if (Array.isArray(reply)) return reply.map(String)
    this.addRubbish(1)
    await unlink(session, [name])
    return []
  }

  private async tryOut(session: RedisSession): Promise<void> {
    const names = this.names.trial(randomUUID())
    const step = ['SCAN', '0', 'COUNT', '1']
    await Promise.all([session.send(names[0], trialCommand(names)), ...session.nodes().map((node) => node.send(step))])
  }

  private addRubbish(count: number): void {
    this.counters.rubbish += count
  }

  private tellChange(name: string | undefined): void {
    const named = name === undefined ? undefined : this.names.parse(name)
    if (name !== undefined && !named) return
    if (named?.of === 'lease' && this.own.has(named.key)) return
    for (const watcher of this.watchers) watcher.changed(named?.key)
  }

  private tellState(state: SharedState): void {
    for (const watcher of this.watchers) watcher.state(state)
  }
}

export function openSession(options: SessionOptions): RedisSession {
  return options.settings.target.kind === 'cluster' ? new ClusterSession(options) : new SingleSession(options)
}

/** Undefined where the name stands for something else. */
async function sendUnlessOfAnotherShape(
  session: RedisSession,
  name: string,
  command: readonly string[],
): Promise<unknown> {
  try {
    return await session.send(name, command)
  } catch (thrown) {
    if (isOfAnotherShape(thrown)) return undefined
    throw thrown
  }
}
