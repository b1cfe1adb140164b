import type { CacheEntry } from '../../src/cache/cache-entry'
import type { Change, Lease, SharedLevel, SharedState, SharedWatcher } from '../../src/cache/cache-level'
import type { Clock } from '../../src/domain/clock'
import { MonitorError } from '../../src/domain/errors'
import { matcherOf } from '../../src/domain/wildcards'

type Changer = FakeSharedLevel | undefined

/** What several processes share, and how a Redis tells each of what the others change. */
export class FakeShared {
  readonly stored = new Map<string, CacheEntry>()
  readonly leases = new Map<string, symbol>()
  /** Of whoever had the lease of a key last. */
  readonly leaseTags = new Map<string, readonly string[]>()
  readonly members = new Set<FakeSharedLevel>()
  /** Grows with every change of a value. */
  sequence = 0
  /** The last change of the value of each key. */
  readonly changed_at = new Map<string, number>()
  /** What has not been told yet: values and leases have names of their own, as in Redis. */
  private readonly changed = { values: new Map<string, Changer>(), leases: new Map<string, Changer>() }

  constructor(readonly clock: Clock) {}

  get(key: string): CacheEntry | undefined {
    const entry = this.stored.get(key)
    return entry && this.clock.monotonic() < entry.ends_ms ? entry : undefined
  }

  set(key: string, entry: CacheEntry, by: FakeSharedLevel): void {
    this.changedNow(key, by)
    this.stored.set(key, entry)
  }

  /** A deletion ends computations as well. */
  delete(key: string, by: Changer): boolean {
    const existed = this.get(key) !== undefined
    if (this.stored.delete(key)) this.changedNow(key, by)
    if (this.leases.has(key)) this.setLease(key, undefined, by)
    return existed
  }

  setLease(key: string, lease: symbol | undefined, by: Changer): void {
    if (lease) this.leases.set(key, lease)
    else this.leases.delete(key)
    this.changed.leases.set(key, by)
  }

  keys(): string[] {
    return [...new Set([...this.stored.keys(), ...this.leases.keys()])]
  }

  /** As leases do that nobody renews. */
  expireLeases(): void {
    for (const key of [...this.leases.keys()]) this.setLease(key, undefined, undefined)
  }

  flushAll(): void {
    for (const key of this.keys()) this.delete(key, undefined)
    this.changed.values.clear()
    this.changed.leases.clear()
    for (const member of this.members) member.receive({ push: undefined, sequence: this.sequence })
  }

  /** Redis tells of changes after the replies of all commands that it found together, and nobody of the last of their own. */
  tell(): void {
    for (const changed of [this.changed.values, this.changed.leases]) {
      for (const [key, by] of changed) {
        for (const member of this.members) {
          if (member !== by) member.receive({ push: key, sequence: this.changed_at.get(key) ?? 0 })
        }
      }
      changed.clear()
    }
  }

  private changedNow(key: string, by: Changer): void {
    this.changed_at.set(key, ++this.sequence)
    this.changed.values.set(key, by)
  }
}

interface Command {
  readonly run: () => unknown
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: MonitorError) => void
}

interface Push {
  readonly push: string | undefined
  readonly sequence: number
}

type Arrival = Push | { readonly reply: unknown; readonly of: Command }

/**
 * A level that several processes share, as one of them reaches it. By itself it works at once; where `manual` is set, nothing
 * moves unless a test says so: every command, reply and push waits in the order of its connection.
 */
export class FakeSharedLevel implements SharedLevel {
  state: SharedState = 'closed'
  manual = false
  /** Refuses everything, and stays open. */
  refuses = false
  /** Every write that was asked for. */
  readonly writes: (readonly Change[])[] = []
  /** Every command that was sent, by its method. */
  readonly sent: string[] = []
  onPush: (push: Push) => void = () => {}
  private commands: Command[] = []
  private arrivals: Arrival[] = []
  private unanswered = new Set<Command>()
  private readonly watchers = new Set<SharedWatcher>()

  constructor(readonly shared: FakeShared) {}

  start(): void {
    this.become('connecting')
    if (!this.manual) this.connect()
  }

  stop(): Promise<void> {
    this.disconnect(0)
    this.become('closed')
    return Promise.resolve()
  }

  watch(watcher: SharedWatcher): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Something is on its way. */
  get isBusy(): boolean {
    return this.commands.length + this.arrivals.length > 0
  }

  connect(): void {
    this.shared.members.add(this)
    this.become('open')
  }

  /** @param executed how many of the commands on their way reach the server nevertheless */
  disconnect(executed: number): void {
    for (let left = executed; left > 0; left--) this.execute()
    this.shared.members.delete(this)
    this.commands = []
    this.arrivals = []
    for (const command of [...this.unanswered]) this.fail(command)
    if (this.state === 'open') this.become('down')
  }

  /** The server does what was sent first. */
  execute(): boolean {
    const command = this.commands.shift()
    if (!command) return false
    this.receive({ reply: command.run(), of: command })
    return true
  }

  /** What the server sent first arrives. */
  deliver(): boolean {
    this.shared.tell()
    const arrival = this.arrivals.shift()
    if (!arrival) return false
    if ('of' in arrival) {
      if (this.unanswered.delete(arrival.of)) arrival.of.resolve(arrival.reply)
    } else {
      this.onPush(arrival)
      for (const watcher of this.watchers) watcher.changed(arrival.push)
    }
    return true
  }

  /** Whoever has waited longest gives up; the command stays on its way. */
  timeOut(): void {
    const [oldest] = this.unanswered
    if (oldest) this.fail(oldest)
  }

  receive(arrival: Arrival): void {
    this.arrivals.push(arrival)
    if (!this.manual) queueMicrotask(() => this.deliver())
  }

  get(key: string): Promise<CacheEntry | undefined> {
    return this.send('get', () => this.shared.get(key))
  }

  find(pattern: string, limit: number): Promise<ReadonlyMap<string, CacheEntry>> {
    return this.send('find', () => {
      const found = this.matching(pattern).map((key) => [key, this.shared.get(key)] as const)
      return new Map(found.filter((pair): pair is [string, CacheEntry] => pair[1] !== undefined).slice(0, limit))
    })
  }

  set(key: string, entry: CacheEntry): Promise<void> {
    return this.write([[key, entry]])
  }

  write(changes: readonly Change[]): Promise<void> {
    this.writes.push(changes)
    return this.send('write', () => {
      for (const [key, entry] of changes) {
        if (this.shared.leases.has(key)) this.shared.setLease(key, undefined, this)
        if (entry) this.shared.set(key, entry, this)
        else this.shared.delete(key, this)
      }
    })
  }

  delete(keys: readonly string[]): Promise<number> {
    return this.send('delete', () => this.deleteNow(keys))
  }

  /** In two steps, as one who scans does. */
  async deleteMatching(pattern: string): Promise<number> {
    const keys = await this.send('deleteMatching', () => this.matching(pattern))
    return this.send('unlink', () => this.deleteNow(keys))
  }

  /** In two steps, as one who looks into the values does. */
  async deleteTagged(tag: string): Promise<number> {
    const { stored, leaseTags } = this.shared
    const isTagged = (key: string) => stored.get(key)?.tags.includes(tag) || leaseTags.get(key)?.includes(tag)
    const keys = await this.send('deleteTagged', () => this.shared.keys().filter(isTagged))
    return this.send('unlink', () => this.deleteNow(keys))
  }

  async lease(key: string, tags: readonly string[]): Promise<Lease | undefined> {
    const { shared } = this
    const mine = Symbol(key)
    const isMine = () => shared.leases.get(key) === mine
    const granted = await this.send('lease', () => {
      if (shared.leases.has(key)) return false
      shared.setLease(key, mine, this)
      shared.leaseTags.set(key, tags)
      return true
    })
    if (!granted) return undefined
    const end = () => {
      if (!isMine()) return false
      shared.setLease(key, undefined, this)
      return true
    }
    return {
      renew: () => this.send('renew', isMine),
      commit: (entry) =>
        this.send('commit', () => {
          if (!end()) return false
          shared.set(key, entry, this)
          return true
        }),
      release: () => this.send('release', () => void end()),
    }
  }

  private send<Reply>(name: string, run: () => Reply): Promise<Reply> {
    this.sent.push(name)
    if (this.state !== 'open' || this.refuses) return Promise.reject(unavailable())
    return new Promise<unknown>((resolve, reject) => {
      const command: Command = { run, resolve, reject }
      this.unanswered.add(command)
      this.commands.push(command)
      if (this.manual) return
      queueMicrotask(() => {
        this.execute()
        this.shared.tell()
      })
    }) as Promise<Reply>
  }

  private fail(command: Command): void {
    if (this.unanswered.delete(command)) command.reject(unavailable())
  }

  private matching(pattern: string): string[] {
    return this.shared.keys().filter(matcherOf(pattern))
  }

  private deleteNow(keys: readonly string[]): number {
    return keys.filter((key) => this.shared.delete(key, this)).length
  }

  private become(state: SharedState): void {
    this.state = state
    for (const watcher of this.watchers) watcher.state(state)
  }
}

function unavailable(): MonitorError {
  return new MonitorError('CACHE_UNAVAILABLE', 'The fake shared level is not there')
}
