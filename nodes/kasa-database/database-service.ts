import type { Clock, Random, Timer } from '../../src/domain/clock'
import type { Database, DatabaseState, DatabaseStatus } from '../../src/database/database'
import { MonitorError, toMonitorError } from '../../src/domain/errors'
import { backOff } from '../../src/polling/retry'

/** A disk that is mounted again or a lock that goes should not be noticed late. */
const LONGEST_PAUSE_MS = 30_000

const NOTHING = { written: 0, skipped: 0, queued: 0, dropped: 0, refused: 0 } as const

/** `opening`: the first attempt is under way. Counters are zero until it is open. */
export type ServiceStatus = Omit<DatabaseStatus, 'state'> & { readonly state: DatabaseState | 'opening' }

/** Makes a database that is not started; `changed` is to be called when its state changes. */
export type MakeDatabase = (changed: () => void) => Database

/** What a `kasa-database` offers to the nodes that choose it: a database that is opened, and tried again if need be. */
export class DatabaseService {
  private readonly watchers = new Set<(status: ServiceStatus) => void>()
  private opening: Promise<Database> | undefined
  private database: Database | undefined
  private failure: MonitorError | undefined
  private failures = 0
  private timer: Timer | undefined
  private stopped = false

  constructor(
    readonly file: string,
    private readonly make: MakeDatabase,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  start(): void {
    this.opening = this.open()
    // The watchers hear of the outcome, and whoever asks.
    this.opening.catch(() => {})
  }

  /** Returns how many accepted readings could not be written any more. */
  async stop(): Promise<number> {
    this.stopped = true
    if (this.timer) this.clock.clearTimeout(this.timer)
    const database = await this.opening?.catch(() => undefined)
    if (!database) return 0
    await database.stop()
    return database.status().dropped
  }

  /**
   * The open database; waits while an attempt to open it is under way.
   * @throws MonitorError the reason why it is not open
   */
  async opened(): Promise<Database> {
    if (this.stopped || !this.opening) throw new MonitorError('CLOSED', 'The database is closed')
    return this.opening
  }

  status(): ServiceStatus {
    if (this.database) return this.database.status()
    if (!this.failure) return { ...NOTHING, state: 'opening' }
    const { code, message, retry } = this.failure
    return { ...NOTHING, state: retry === 'never' ? 'failed' : 'retrying', code, message }
  }

  /** Calls when the state or its reason changes, not for every attempt; returns a function that ends it. */
  watch(watcher: (status: ServiceStatus) => void): () => void {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  private async open(): Promise<Database> {
    let database: Database | undefined
    try {
      database = this.make(() => {
        if (this.database) this.tell()
      })
      await database.start()
    } catch (thrown) {
      await database?.stop()
      throw this.failed(toMonitorError(thrown, 'DATABASE_UNAVAILABLE'))
    }
    this.failures = 0
    this.failure = undefined
    this.database = database
    this.tell()
    return database
  }

  private failed(error: MonitorError): MonitorError {
    const isNew = this.failure?.code !== error.code
    this.failure = error
    if (error.retry !== 'never' && !this.stopped) {
      const pause_ms = Math.min(LONGEST_PAUSE_MS, backOff(this.failures++, this.random))
      this.timer = this.clock.setTimeout(() => this.start(), pause_ms)
    }
    if (isNew) this.tell()
    return error
  }

  private tell(): void {
    const status = this.status()
    for (const watcher of this.watchers) watcher(status)
  }
}
