import type {
  Database,
  DatabaseHealth,
  DatabaseState,
  DatabaseStatistics,
  DatabaseStatus,
  HistoryPage,
  Point,
  WriteResult,
} from '../../src/database/database'
import type { ErrorCode } from '../../src/domain/errors'
import { Histogram } from '../../src/domain/histogram'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import type { DatabaseTiers } from '../../src/database/tiers/database-tiers'
import { FileTierCatalog } from '../../src/database/tiers/file-tier-catalog'
import { unsupportedTiers } from '../../src/database/tiers/unsupported-tiers'

/** A database that does what a test says, and remembers what was asked of it. */
export class FakeDatabase implements Database {
  readonly tiers: DatabaseTiers = {
    store: unsupportedTiers(() => 'A fake'),
    catalog: new FileTierCatalog('nowhere'),
    keepOut: (_range, work) => work(),
  }
  readonly calls: string[] = []
  readonly readings: Reading[] = []
  readonly records: RecordedEnergy[] = []
  readonly points: Point[] = []
  state: DatabaseState = 'ok'
  code: ErrorCode | undefined
  message: string | undefined
  queued = 0
  dropped = 0
  quarantined = 0
  fullness = 0
  starting: () => Promise<void> = () => Promise.resolve()
  /** Before anything is accepted. */
  writing: () => Promise<void> = () => Promise.resolve()

  start(): Promise<void> {
    this.calls.push('start')
    return this.starting()
  }

  stop(): Promise<void> {
    this.calls.push('stop')
    return Promise.resolve()
  }

  write(readings: readonly Reading[]): Promise<WriteResult> {
    return this.accept(readings, this.readings)
  }

  writeRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult> {
    return this.accept(records, this.records)
  }

  writePoints(points: readonly Point[]): Promise<WriteResult> {
    return this.accept(points, this.points)
  }

  settle(): Promise<boolean> {
    return Promise.resolve(true)
  }

  recorded(): Promise<RecordedEnergy[]> {
    return Promise.resolve(this.records)
  }

  history(): Promise<HistoryPage> {
    return Promise.resolve({ rows: [] })
  }

  latest(): Promise<Reading[]> {
    return Promise.resolve([])
  }

  restore(): Promise<string> {
    return Promise.resolve('')
  }

  backup(file: string): Promise<void> {
    this.calls.push(`backup ${file}`)
    return Promise.resolve()
  }

  health(): Promise<DatabaseHealth> {
    const none = { count: 0, failures: 0, latency_ms: {} }
    const spool = { points: this.queued, bytes: 0, quarantined: this.quarantined, quarantine: '/spool/quarantine' }
    return Promise.resolve({ name: 'Fake 1.0', writes: none, queries: none, slow: [], spool, findings: [] })
  }

  statistics(): DatabaseStatistics {
    const none = { count: 0, failures: 0, in_flight: 0, latency: new Histogram().snapshot() }
    return { writes: none, queries: none, pool: 1, spool: { lines: this.queued, bytes: 0, latency: none.latency } }
  }

  status(): DatabaseStatus {
    const { state, code, message, queued, dropped, quarantined, fullness } = this
    const reason = { ...(code && { code }), ...(message && { message }) }
    const counters = { queued, dropped, quarantined, damaged_bytes: 0, expired: 0, written: 0, skipped: 0, refused: 0 }
    return { state, ...reason, ...counters, fullness }
  }

  private async accept<Item>(items: readonly Item[], kept: Item[]): Promise<WriteResult> {
    await this.writing()
    kept.push(...items)
    return { accepted: items.length, skipped: 0 }
  }
}
