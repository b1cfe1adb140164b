import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Clock, Timer } from '../../domain/clock'
import { invalid, MonitorError, toMonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryPage, HistoryQuery, RecordedQuery, SlowOperation, StoreStatistics } from '../database'
import { encodeCursor, positionOf } from '../history/history-cursor'
import { Operations, SLOW_KEPT } from '../operations'
import type { Verdict } from '../sending/verdict'
import type { Lines, Store, StoreHealth } from '../store'
import type { TierStore } from '../tiers/tier-store'
import type { WriterOptions } from '../writer-options'
import type { Inspection, Statistics } from './sqlite-health'
import type { CallName, Calls } from './sqlite-messages'
import type { SqliteOptions } from './sqlite-options'
import { SqliteTiers } from './tiers/sqlite-tiers'
import { WorkerClient } from './worker-client'

// What the main thread takes over in one go stays far below 25 ms with this.
const PART_ROWS = 500
const STOP_MS = 1000
const INSPECTING_MS = 5000

export interface SqliteStoreOptions {
  readonly settings: SqliteOptions
  readonly writer: Pick<WriterOptions, 'slow_ms' | 'maximum_gap_ms'>
  readonly clock: Clock
}

/** One SQLite file. A worker thread holds it; when the thread or the file fails, the next call opens the file anew. */
export class SqliteStore implements Store {
  /** A commit is on disk before it is answered; with `synchronous` NORMAL it survives all but a loss of power. */
  readonly grace_ms = 0
  readonly tiers: TierStore
  private readonly operations: Operations
  private version = ''
  private worker: WorkerClient | undefined
  private opened: Promise<WorkerClient> | undefined
  /** Threads for one task each, which must not hold up the file's own. */
  private readonly extraWorkers = new Set<WorkerClient>()
  private isBackingUp = false
  /** Nobody has the file open until it resolves. */
  private restoring: Promise<void> | undefined
  private inspecting: Promise<Inspection> | undefined
  private stopping: Promise<void> | undefined

  constructor(private readonly options: SqliteStoreOptions) {
    this.operations = new Operations(options.writer.slow_ms, options.clock)
    this.tiers = new SqliteTiers((name, given) => this.call(name, given), this.operations)
  }

  get name(): string {
    return `SQLite ${this.version}`.trim()
  }

  async probe(): Promise<void> {
    await this.call('probe', undefined)
  }

  send({ text, count }: Lines): Promise<Verdict> {
    return this.operations.write(`write of ${count} lines`, () => this.write(text))
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    return this.operations.query(`history of ${countOf(query.device_ids)}`, () => this.page(query))
  }

  latest(device_ids?: readonly string[]): Promise<Reading[]> {
    return this.operations.query(`latest of ${countOf(device_ids ?? [])}`, async () => {
      const wanted = device_ids ?? (await this.call('devices', undefined))
      const readings: Reading[] = []
      for (let start = 0; start < wanted.length; start += PART_ROWS) {
        readings.push(...(await this.call('latest', wanted.slice(start, start + PART_ROWS))))
      }
      return readings
    })
  }

  recorded({ from, to, device_ids, order, limit }: RecordedQuery): Promise<RecordedEnergy[]> {
    return this.operations.query(`recorded of ${countOf(device_ids)}`, async () => {
      return [...(await this.call('recorded', { from, to, device_ids, order, limit }))]
    })
  }

  /** @throws MonitorError `INPUT_INVALID` where the file exists, or while another backup is being made */
  async backup(file: string): Promise<void> {
    if (this.stopping) throw closed()
    if (typeof file !== 'string' || file.trim() === '' || file.includes('\0')) {
      throw invalid('INPUT_INVALID', 'file', file, 'the path of a new file')
    }
    if (this.isBackingUp) throw invalid('INPUT_INVALID', 'file', file, 'one backup at a time')
    const target = resolve(file.trim())
    const partial = `${target}.partial`
    this.isBackingUp = true
    try {
      await this.restoring
      await this.withExtraWorker((worker) => worker.call('backup', { options: this.options.settings, target, partial }))
    } catch (error) {
      throw this.stopping ? closed() : error
    } finally {
      this.isBackingUp = false
      await rm(partial, { force: true }).catch(() => undefined)
    }
  }

  /**
   * Lines and questions wait meanwhile.
   * @throws MonitorError `INPUT_INVALID` while another one is put back, or one is made
   */
  async restore(backup: string): Promise<string> {
    if (this.stopping) throw closed()
    if (this.restoring || this.isBackingUp) throw invalid('INPUT_INVALID', 'file', backup, 'one backup at a time')
    const { file } = this.options.settings
    const order = { file, backup: resolve(backup), aside: `${file}.before-${timeText(this.options.clock.now())}` }
    const restored = this.putBack(order)
    this.restoring = restored.catch(() => undefined)
    try {
      await restored
      return order.aside
    } catch (error) {
      throw this.stopping ? closed() : error
    } finally {
      this.restoring = undefined
    }
  }

  /** Tells what it can where the file cannot be opened, and says why among the findings. */
  async health(): Promise<StoreHealth> {
    const { slow: operations, ...counts } = this.operations.health()
    try {
      const { slow: statements, locks } = await this.call('statistics', undefined)
      this.inspecting ??= this.inspect(statements).finally(() => (this.inspecting = undefined))
      const { plans, ...seen } = await this.inspecting
      const explained = statements.map((each) => withPlan(each, plans.get(each.statement)))
      const slow = [...explained, ...operations].sort((one, other) => other.timestamp - one.timestamp)
      return { name: this.name, ...counts, locks, ...seen, slow: slow.slice(0, SLOW_KEPT) }
    } catch (error) {
      return { name: this.name, ...counts, slow: operations, findings: [toMonitorError(error).message] }
    }
  }

  /** One thread does one thing at a time. */
  statistics(): StoreStatistics {
    return { ...this.operations.statistics(), pool: 1 }
  }

  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  private async write(text: Buffer): Promise<Verdict> {
    try {
      // A copy is handed over: the sender may still want its own.
      const copy = new Uint8Array(text)
      const bad = await this.call('write', copy, [copy.buffer])
      return { kind: 'stored', ...(bad.length > 0 && { bad }) }
    } catch (thrown) {
      const error = toMonitorError(thrown, 'DATABASE_UNAVAILABLE')
      const passes = error.retry !== 'never' || error.code === 'CLOSED'
      return { kind: passes ? 'retry' : 'held', error }
    }
  }

  private async page(query: HistoryQuery): Promise<HistoryPage> {
    const { cursor: _cursor, ...rest } = query
    const rows: HistoryPage['rows'][number][] = []
    let position = positionOf(query)
    do {
      const limit = Math.min(PART_ROWS, query.limit - rows.length)
      const part = await this.call('history', { ...rest, limit, ...(position && { position }) })
      rows.push(...part.rows)
      position = part.position
    } while (position && rows.length < query.limit)
    return { rows, ...(position && { cursor: encodeCursor(query, position) }) }
  }

  private async putBack(order: Calls['restore']['given']): Promise<void> {
    // It has the file open, too.
    await this.inspecting?.catch(() => undefined)
    const { worker } = this
    if (worker) {
      await worker.stop(this.options.clock, STOP_MS)
      if (!worker.isEnded) await worker.abandon()
    }
    await this.withExtraWorker((extra) => extra.call('restore', order))
  }

  private async inspect(statements: Statistics['slow']): Promise<Inspection> {
    await this.restoring
    const order = { options: this.options.settings, statements: statements.map(({ statement }) => statement) }
    return this.withExtraWorker((worker) => this.within(INSPECTING_MS, worker.call('inspect', order)))
  }

  private async withExtraWorker<Answer>(work: (worker: WorkerClient) => Promise<Answer>): Promise<Answer> {
    const worker = new WorkerClient()
    this.extraWorkers.add(worker)
    try {
      return await work(worker)
    } finally {
      this.extraWorkers.delete(worker)
      await worker.abandon()
    }
  }

  private async call<Name extends CallName>(
    name: Name,
    given: Calls[Name]['given'],
    handedOver: readonly ArrayBuffer[] = [],
  ): Promise<Calls[Name]['answer']> {
    let client: WorkerClient | undefined
    try {
      client = await this.connected()
      return await client.call(name, given, handedOver)
    } catch (thrown) {
      if (this.stopping) throw closed()
      const error = toMonitorError(thrown)
      if (error.code === 'CLOSED') throw new MonitorError('DATABASE_UNAVAILABLE', 'A backup is put back meanwhile')
      if (client && isOfConnection(error)) this.leave(client)
      throw error
    }
  }

  /** The worker with the file open; a new one where there is none, or it died. */
  private async connected(): Promise<WorkerClient> {
    await this.restoring
    if (this.stopping) throw closed()
    this.opened ??= this.open()
    return this.opened
  }

  private async open(): Promise<WorkerClient> {
    const { settings, writer } = this.options
    const client = new WorkerClient(() => this.leave(client))
    this.worker = client
    try {
      const { slow_ms, maximum_gap_ms } = writer
      this.version = await client.call('open', { options: settings, slow_ms, maximum_gap_ms })
      return client
    } catch (error) {
      this.leave(client)
      throw error
    }
  }

  /** What it was asked is refused when its thread has ended. */
  private leave(client: WorkerClient): void {
    if (this.worker === client) this.worker = this.opened = undefined
    if (!client.isEnded) void client.abandon()
  }

  private async end(): Promise<void> {
    for (const worker of this.extraWorkers) void worker.abandon()
    await this.worker?.stop(this.options.clock, STOP_MS)
  }

  private async within<Answer>(duration_ms: number, work: Promise<Answer>): Promise<Answer> {
    const { clock } = this.options
    let timer: Timer | undefined
    const late = new Promise<never>((_resolve, reject) => {
      const error = new MonitorError('DATABASE_UNAVAILABLE', `The file did not answer within ${duration_ms} ms`)
      timer = clock.setTimeout(() => reject(error), duration_ms)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      if (timer) clock.clearTimeout(timer)
    }
  }
}

function withPlan(operation: SlowOperation, plan: string | undefined): SlowOperation {
  return plan === undefined || plan === '' ? operation : { ...operation, plan }
}

/** A new connection may do better where this one has failed. */
function isOfConnection({ code }: MonitorError): boolean {
  return code === 'DATABASE_UNAVAILABLE' || code === 'DATABASE_INVALID'
}

/** As file systems take it. */
function timeText(timestamp: number): string {
  return new Date(timestamp).toISOString().replace(/:/g, '-')
}

function countOf(device_ids: readonly string[]): string {
  return device_ids.length === 0 ? 'all devices' : `${device_ids.length} devices`
}

function closed(): MonitorError {
  return new MonitorError('CLOSED', 'The database is closed')
}
