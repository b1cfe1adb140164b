import type { Clock, Random, Timer } from '../../src/domain/clock'
import type { Database, DatabaseState, DatabaseStatistics, DatabaseStatus } from '../../src/database/database'
import { MonitorError, toMonitorError } from '../../src/domain/errors'
import { backOff } from '../../src/polling/retry'

/** Another process that ends, or a disk that is mounted, should not be noticed late. */
const LONGEST_PAUSE_MS = 30_000

/** `opening`: the spool is not open yet; where an attempt has failed, `code` says why. */
export type ServiceStatus = Omit<DatabaseStatus, 'state'> & { readonly state: DatabaseState | 'opening' }

/** Makes a database that is not started; `changed` is to be called when its state changes. */
export type MakeDatabase = (changed: () => void) => Database

/**
 * What a `kasa-database` offers to the nodes that choose it. Once its spool is open it takes readings, whether the store
 * behind it is there or not; a spool that cannot be opened is tried again.
 */
export class DatabaseService {
  private readonly watchers = new Set<(status: ServiceStatus) => void>()
  private readonly database: Database
  private opening: Promise<Database> | undefined
  private isOpen = false
  private failure: MonitorError | undefined
  private failures = 0
  private timer: Timer | undefined
  private stopped = false

  constructor(
    make: MakeDatabase,
    private readonly clock: Clock,
    private readonly random: Random,
    /** Equal for the same database in every process. */
    readonly identity: string,
    /** Where the readings are in a file: its path. */
    readonly file?: string,
  ) {
    this.database = make(() => {
      if (this.isOpen) this.tell()
    })
  }

  start(): void {
    this.opening = this.open()
    // The watchers hear of the outcome, and whoever asks.
    this.opening.catch(() => {})
  }

  /** Returns how many accepted points could not even be kept in the spool. */
  async stop(): Promise<number> {
    this.stopped = true
    if (this.timer) this.clock.clearTimeout(this.timer)
    await this.opening?.catch(() => undefined)
    const { dropped } = this.database.status()
    await this.database.stop()
    return this.database.status().dropped - dropped
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
    const status = this.database.status()
    if (this.isOpen || this.stopped) return status
    const { code, message = '' } = this.failure ?? {}
    return { ...status, state: 'opening', ...(code && { code, message }) }
  }

  statistics(): DatabaseStatistics {
    return this.database.statistics()
  }

  /** Calls when the state or its reason changes, not for every attempt; returns a function that ends it. */
  watch(watcher: (status: ServiceStatus) => void): () => void {
    this.watchers.add(watcher)
    return () => void this.watchers.delete(watcher)
  }

  private async open(): Promise<Database> {
    try {
      await this.database.start()
    } catch (thrown) {
      throw this.failed(toMonitorError(thrown, 'DATABASE_UNAVAILABLE'))
    }
    this.isOpen = true
    this.tell()
    return this.database
  }

  private failed(error: MonitorError): MonitorError {
    const isNew = this.failure?.code !== error.code
    this.failure = error
    if (!this.stopped) {
      const pause_ms = backOff(this.failures++, this.random, LONGEST_PAUSE_MS)
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
