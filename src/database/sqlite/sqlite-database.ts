import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { systemClock, type Clock, type Random, type Timer } from '../../domain/clock'
import { invalid, MonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { Database, DatabaseStatus, HistoryPage, HistoryQuery, RecordedQuery, WriteResult } from '../database'
import { encodeCursor, positionOf } from '../history-cursor'
import { checkReading, checkRecordedEnergy } from '../reading-check'
import { parseSqliteOptions, type SqliteOptions } from './sqlite-options'
import { encodeReadings, type EncodedReadings } from './sqlite-rows'
import { WorkerClient } from './worker-client'
import { WriteQueue } from './write-queue'

// What the main thread handles in one go stays far below 25 ms with these.
const SLICE_READINGS = 500
const PART_ROWS = 500
// A worker that is in the middle of a long query gets what is left after the queue.
const STOP_MS = 3000

export interface SqliteDatabaseOptions {
  /** As the user gave them: see `SQLITE_OPTIONS`. */
  readonly settings: { readonly file: string } & Readonly<Record<string, unknown>>
  readonly clock?: Clock
  readonly random?: Random
  /** Called when the state changes, not for every failure. */
  readonly onStatus?: (status: DatabaseStatus) => void
}

/**
 * Readings in one SQLite file. A worker thread holds the file; when it dies, the next call starts another, and what was
 * not acknowledged is sent again.
 */
export class SqliteDatabase implements Database {
  private readonly settings: SqliteOptions
  private readonly clock: Clock
  private readonly queue: WriteQueue
  private readonly onStatus: (status: DatabaseStatus) => void
  private worker: WorkerClient | undefined
  private opened: Promise<WorkerClient> | undefined
  private backingUp: WorkerClient | undefined
  private stopping: Promise<void> | undefined
  private running = false

  /** @throws MonitorError `CONFIG_INVALID` */
  constructor(options: SqliteDatabaseOptions) {
    this.settings = parseSqliteOptions(options.settings)
    this.clock = options.clock ?? systemClock
    this.onStatus = options.onStatus ?? (() => undefined)
    this.queue = new WriteQueue(
      this.settings,
      (parts) => this.commit(parts),
      this.clock,
      options.random ?? Math.random,
      () => this.onStatus(this.status()),
    )
  }

  async start(): Promise<void> {
    if (this.stopping) throw closed()
    const isFirst = !this.running
    this.running = true
    try {
      await this.connected()
    } catch (error) {
      this.running = false
      throw error
    }
    if (isFirst) this.onStatus(this.status())
  }

  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  async write(readings: readonly Reading[]): Promise<WriteResult> {
    this.assertRunning()
    if (!Array.isArray(readings)) throw invalid('INPUT_INVALID', 'readings', readings, 'a list of readings')
    this.queue.assertRoom(readings.length)
    const parts: EncodedReadings[] = []
    let skipped = 0
    for (let start = 0; start < readings.length; start += SLICE_READINGS) {
      if (start > 0) await new Promise((resolve) => setImmediate(resolve))
      const slice = readings.slice(start, start + SLICE_READINGS) as Reading[]
      slice.forEach((reading, index) =>
        checkReading(reading, readings.length > 1 ? `readings[${start + index}]` : 'reading'),
      )
      const fresh = slice.filter(({ source }) => source !== 'cache')
      skipped += slice.length - fresh.length
      if (fresh.length > 0) parts.push(encodeReadings(fresh))
    }
    this.assertRunning()
    return this.queue.accept(parts, skipped)
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    this.assertRunning()
    const { cursor: _cursor, ...rest } = query
    const rows: HistoryPage['rows'][number][] = []
    let position = positionOf(query)
    do {
      const limit = Math.min(PART_ROWS, query.limit - rows.length)
      const client = await this.connected()
      const part = await client.call('history', { ...rest, limit, ...(position && { position }) })
      rows.push(...part.rows)
      position = part.position
    } while (position && rows.length < query.limit)
    return { rows, ...(position && { cursor: encodeCursor(query, position) }) }
  }

  async latest(device_ids?: readonly string[]): Promise<Reading[]> {
    this.assertRunning()
    for (const device_id of device_ids ?? []) {
      if (typeof device_id !== 'string') throw invalid('INPUT_INVALID', 'device_ids', device_id, 'text')
    }
    const wanted = device_ids ?? (await (await this.connected()).call('devices', undefined))
    const readings: Reading[] = []
    for (let start = 0; start < wanted.length; start += PART_ROWS) {
      const client = await this.connected()
      readings.push(...(await client.call('latest', wanted.slice(start, start + PART_ROWS))))
    }
    return readings
  }

  async writeRecorded(records: readonly RecordedEnergy[]): Promise<WriteResult> {
    this.assertRunning()
    if (!Array.isArray(records)) throw invalid('INPUT_INVALID', 'records', records, 'a list of records')
    records.forEach((record, index) => checkRecordedEnergy(record, records.length > 1 ? `records[${index}]` : 'record'))
    let written = 0
    for (let start = 0; start < records.length; start += SLICE_READINGS) {
      const client = await this.connected()
      written += await client.call('writeRecorded', records.slice(start, start + SLICE_READINGS))
    }
    return { written, skipped: records.length - written }
  }

  async recorded({ from, to, device_ids, order, limit }: RecordedQuery): Promise<RecordedEnergy[]> {
    this.assertRunning()
    const client = await this.connected()
    return [...(await client.call('recorded', { from, to, device_ids, order, limit }))]
  }

  /** @throws MonitorError `INPUT_INVALID` where the file exists, or while another backup is being made */
  async backup(file: string): Promise<void> {
    this.assertRunning()
    if (typeof file !== 'string' || file.trim() === '' || file.includes('\0')) {
      throw invalid('INPUT_INVALID', 'file', file, 'the path of a new file')
    }
    if (this.backingUp) throw invalid('INPUT_INVALID', 'file', file, 'one backup at a time')
    const target = resolve(file.trim())
    const partial = `${target}.partial`
    const client = new WorkerClient()
    this.backingUp = client
    try {
      await client.call('backup', { options: this.settings, target, partial })
    } finally {
      this.backingUp = undefined
      await client.abandon()
      await rm(partial, { force: true }).catch(() => undefined)
    }
  }

  status(): DatabaseStatus {
    const status = this.queue.status()
    return this.running ? status : { ...status, state: 'closed' }
  }

  /** Once more at once where the worker died: what it had committed changes nothing. */
  private async commit(parts: readonly EncodedReadings[]): Promise<readonly number[]> {
    const client = await this.connected()
    try {
      return await client.call('write', parts)
    } catch (error) {
      if (!client.isEnded) throw error
      return (await this.connected()).call('write', parts)
    }
  }

  /** The worker with the file open; a new one where there is none, or it died. */
  private connected(): Promise<WorkerClient> {
    if (!this.running) return Promise.reject(closed())
    this.opened ??= this.open()
    return this.opened
  }

  private async open(): Promise<WorkerClient> {
    const client = new WorkerClient(() => {
      if (this.worker === client) this.worker = this.opened = undefined
    })
    this.worker = client
    try {
      await client.call('open', this.settings)
      return client
    } catch (error) {
      if (this.worker === client) this.worker = this.opened = undefined
      void client.abandon()
      throw error
    }
  }

  private async end(): Promise<void> {
    if (!this.running) return
    const deadline = this.clock.monotonic() + STOP_MS
    await this.within(STOP_MS / 2, this.queue.drain())
    this.running = false
    this.queue.stop()
    void this.backingUp?.abandon()
    await this.worker?.stop(this.clock, Math.max(0, deadline - this.clock.monotonic()))
    this.onStatus(this.status())
  }

  private async within(duration_ms: number, work: Promise<void>): Promise<void> {
    let timer: Timer | undefined
    const late = new Promise<void>((resolve) => (timer = this.clock.setTimeout(resolve, duration_ms)))
    await Promise.race([work, late])
    if (timer) this.clock.clearTimeout(timer)
  }

  private assertRunning(): void {
    if (!this.running) throw closed()
  }
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The database is closed')
}
