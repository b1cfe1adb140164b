import { join } from 'node:path'
import type { Clock, Random } from '../domain/clock'
import { invalid, MonitorError } from '../domain/errors'
import type { Reading } from '../domain/reading'
import type { RecordedEnergy } from '../domain/recorded-energy'
import type {
  Database,
  DatabaseHealth,
  DatabaseState,
  DatabaseStatistics,
  DatabaseStatus,
  HistoryPage,
  HistoryQuery,
  Point,
  RecordedQuery,
  WriteResult,
} from './database'
import { TieredHistory } from './history/tiered-history'
import { LineEncoder } from './line-protocol/line-encoder'
import { checkPoint } from './line-protocol/point-check'
import { checkReading, checkRecordedEnergy } from './reading-check'
import { Quarantine } from './sending/quarantine'
import { Sender } from './sending/sender'
import { Spool } from './spool/spool'
import type { Store } from './store'
import type { DatabaseTiers } from './tiers/database-tiers'
import { FileTierCatalog } from './tiers/file-tier-catalog'
import { LateReadings } from './tiers/late-readings'
import { restoredWatermarks } from './tiers/restored-watermarks'
import { RAW } from './tiers/tier'
import { TierSession } from './tiers/tier-session'
import type { WriterOptions } from './writer-options'

// What is encoded in one go stays far below 25 ms with this.
const SLICE_POINTS = 500
/** How long a question waits for what was accepted before it. */
const FRESH_MS = 1000
const MEGABYTE = 1024 * 1024

export interface SpooledDatabaseOptions {
  readonly store: Store
  /** Absolute: spool and quarantine. */
  readonly folder: string
  readonly options: WriterOptions
  readonly clock: Clock
  readonly random: Random
  /** Called when the state or its reason changes, not for every failure. */
  readonly onStatus?: (status: DatabaseStatus) => void
}

/** A store with a spool in front of it: see `Database`. */
export class SpooledDatabase implements Database {
  private session: TierSession
  private readonly late: LateReadings
  private readonly catalog: FileTierCatalog
  private readonly tiered: TieredHistory
  private readonly encoder = new LineEncoder()
  private readonly spool: Spool
  private readonly quarantine: Quarantine
  private readonly sender: Sender
  private readonly counters = { skipped: 0, refused: 0 }
  private running = false
  private starting: Promise<void> | undefined
  private stopping: Promise<void> | undefined
  private shown = ''

  constructor(private readonly given: SpooledDatabaseOptions) {
    const { store, folder, options, clock, random } = given
    const onChange = () => this.tell()
    this.catalog = new FileTierCatalog(folder)
    const tiered = { store, catalog: this.catalog, clock }
    this.tiered = new TieredHistory(tiered)
    this.late = new LateReadings({ ...tiered, maximum_gap_ms: options.maximum_gap_ms })
    this.session = this.newSession()
    this.spool = new Spool({
      folder,
      maximum_bytes: options.spool_mb * MEGABYTE,
      maximum_age_days: options.spool_days,
      durability: options.durability,
      when_full: options.when_full,
      clock,
      grace_ms: () => this.sender.grace_ms,
      onLines: () => this.sender.wake(),
      onChange,
    })
    this.quarantine = new Quarantine(join(folder, 'quarantine'), clock)
    const { batch_points, batch_delay_ms } = options
    const { spool, quarantine, late } = this
    this.sender = new Sender({ spool, store: late, quarantine, batch_points, batch_delay_ms, clock, random, onChange })
  }

  get tiers(): DatabaseTiers {
    return this.session
  }

  async start(): Promise<void> {
    if (this.stopping) throw closed()
    this.starting ??= this.begin()
    try {
      await this.starting
    } catch (error) {
      this.starting = undefined
      throw error
    }
  }

  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  async write(readings: readonly Reading[]): Promise<WriteResult> {
    const written = await this.accept('reading', readings, checkReading, (reading) =>
      reading.source === 'cache' ? undefined : this.encoder.reading(reading),
    )
    this.catalog.noteParents(readings)
    return written
  }

  async writeRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult> {
    return this.accept('record', records, checkRecordedEnergy, (record) => this.encoder.recorded(record))
  }

  async writePoints(points: readonly Point[]): Promise<WriteResult> {
    return this.accept('point', points, checkPoint, (point) => this.encoder.point(point))
  }

  async settle(patience_ms: number): Promise<boolean> {
    this.assertRunning()
    return this.sender.settle(patience_ms)
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    // Pages after the first have seen what they wait for.
    if (query.cursor === undefined) await this.settle(FRESH_MS)
    return this.tiered.history(query)
  }

  async latest(device_ids?: readonly string[]): Promise<Reading[]> {
    for (const device_id of device_ids ?? []) {
      if (typeof device_id !== 'string') throw invalid('INPUT_INVALID', 'device_ids', device_id, 'text')
    }
    await this.settle(FRESH_MS)
    return this.given.store.latest(device_ids)
  }

  async recorded(query: RecordedQuery): Promise<RecordedEnergy[]> {
    await this.settle(FRESH_MS)
    return this.given.store.recorded(query)
  }

  async backup(file: string): Promise<void> {
    await this.settle(FRESH_MS)
    return this.given.store.backup(file)
  }

  async restore(backup: string): Promise<string> {
    this.assertRunning()
    await this.settle(FRESH_MS)
    const aside = await this.session.during(() => this.given.store.restore(backup))
    try {
      await this.catalog.beginAnew(await restoredWatermarks(this.given.store.tiers, this.catalog.plan))
      return aside
    } finally {
      this.session = this.newSession()
      this.tiered.forget()
    }
  }

  async health(): Promise<DatabaseHealth> {
    this.assertRunning()
    const { lines: points, bytes, oldest } = this.spool.status()
    const { folder: quarantine, lines: quarantined } = this.quarantine
    const spool = { points, bytes, ...(oldest !== undefined && { oldest }), quarantined, quarantine }
    const { findings, ...health } = await this.given.store.health()
    const { trouble } = this.catalog
    return { ...health, spool, findings: trouble === undefined ? findings : [...findings, trouble] }
  }

  statistics(): DatabaseStatistics {
    return { ...this.given.store.statistics(), spool: this.spool.statistics() }
  }

  status(): DatabaseStatus {
    const { lines: queued, dropped, damaged_bytes, fullness } = this.spool.status()
    const { written } = this.sender.status()
    const { lines: quarantined, expired, reason: quarantine_reason } = this.quarantine
    const { state, reason } = this.stateNow()
    return {
      state,
      ...(reason && { code: reason.code, message: reason.message }),
      ...{ written, queued, dropped, damaged_bytes, fullness, ...this.counters },
      ...{ quarantined, expired, ...(quarantine_reason !== undefined && { quarantine_reason }) },
      ...(this.catalog.trouble !== undefined && { tiers_trouble: this.catalog.trouble }),
    }
  }

  private stateNow(): { state: DatabaseState; reason?: Pick<MonitorError, 'code' | 'message'> } {
    if (!this.running) return { state: 'closed' }
    const { code, message = '' } = this.spool.status()
    if (code) return { state: 'full', reason: { code, message } }
    const { trouble } = this.sender.status()
    return trouble ? { state: trouble.held ? 'failed' : 'retrying', reason: trouble.error } : { state: 'ok' }
  }

  /** All of a call or nothing: it is checked to the end before any of it is queued. */
  private async accept<Item>(
    name: string,
    items: readonly Item[],
    check: (item: Item, name: string) => void,
    encode: (item: Item) => string | undefined,
  ): Promise<WriteResult> {
    this.assertRunning()
    if (!Array.isArray(items)) throw invalid('INPUT_INVALID', `${name}s`, items, `a list of ${name}s`)
    try {
      const { text, count } = await this.encode(name, items, check, encode)
      this.assertRunning()
      if (count > 0) await this.spool.append(text, count)
      const skipped = items.length - count
      this.counters.skipped += skipped
      return { accepted: count, skipped }
    } catch (error) {
      this.counters.refused += items.length
      throw error
    }
  }

  /** In slices, so that others have their turn. */
  private async encode<Item>(
    name: string,
    items: readonly Item[],
    check: (item: Item, name: string) => void,
    encode: (item: Item) => string | undefined,
  ): Promise<{ text: string; count: number }> {
    const slices: string[] = []
    let count = 0
    for (let start = 0; start < items.length; start += SLICE_POINTS) {
      if (start > 0) await new Promise((resolve) => setImmediate(resolve))
      const lines: string[] = []
      for (let index = start; index < Math.min(items.length, start + SLICE_POINTS); index++) {
        const item = items[index] as Item
        check(item, items.length > 1 ? `${name}s[${index}]` : name)
        const line = encode(item)
        if (line !== undefined) lines.push(line)
      }
      count += lines.length
      slices.push(lines.join(''))
    }
    return { text: slices.join(''), count }
  }

  private newSession(): TierSession {
    const { late, catalog, tiered } = this
    return new TierSession(this.given.store.tiers, catalog, {
      onRollUp: (until) => late.rolling(until),
      onExpire: async ({ source, to }) => {
        if (source === RAW) await catalog.expireRaw(to)
      },
      onExpired: () => tiered.forget(),
      keepOut: (range, work) => late.keepOut(range, work),
    })
  }

  private async begin(): Promise<void> {
    await this.spool.start()
    await this.catalog.start()
    this.running = true
    this.sender.start()
    this.tell()
  }

  private async end(): Promise<void> {
    await this.starting?.catch(() => undefined)
    if (!this.running) return
    this.running = false
    await this.sender.stop()
    await this.catalog.stop()
    await this.spool.stop()
    await this.given.store.stop()
    this.tell()
  }

  private tell(): void {
    const status = this.status()
    const shown = `${status.state} ${status.code ?? ''}`
    if (shown === this.shown) return
    this.shown = shown
    this.given.onStatus?.(status)
  }

  private assertRunning(): void {
    if (!this.running) throw closed()
  }
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The database is closed')
}
