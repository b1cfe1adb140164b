import type { Clock } from '../../domain/clock'
import { MonitorError, toMonitorError } from '../../domain/errors'
import type { Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryPage, HistoryQuery, RecordedQuery, StoreStatistics } from '../database'
import { HistoryReader } from '../history/history-reader'
import { Operations } from '../operations'
import type { Verdict } from '../sending/verdict'
import type { Lines, Store, StoreHealth } from '../store'
import type { TierStore } from '../tiers/tier-store'
import { defined } from './defined'
import { InfluxConnection } from './influx-connection'
import type { InfluxKind, ServerSize } from './influx-kind'
import type { InfluxOptions } from './influx-options'
import { InfluxWriter, type WriteTarget } from './influx-writer'
import { retentionAdvice } from './retention-advice'
import { InfluxTiers } from './tiers/influx-tiers'
import { victoriaMetricsSize } from './victoria-metrics-size'

export interface InfluxStoreOptions {
  readonly options: InfluxOptions
  /** From which duration on an operation counts as slow. */
  readonly slow_ms: number
  /** How long a value holds in means. */
  readonly maximum_gap_ms: number
  readonly clock: Clock
}

// The question how it is comes from a person, who waits.
const SIZE_MS = 3000

/** A store on a server of the InfluxDB family. */
export class InfluxStore implements Store {
  readonly tiers: TierStore
  private readonly operations: Operations
  /** Questions take their time; lines do not wait behind them. */
  private readonly writing: InfluxConnection
  private readonly asking: InfluxConnection
  private readonly measuring: InfluxConnection
  /** Retention takes longest, and nobody waits behind it. */
  private readonly rolling: InfluxConnection
  private readonly writer: InfluxWriter
  private readonly reader: HistoryReader
  private readonly ended = new AbortController()

  constructor(
    { options, slow_ms, maximum_gap_ms, clock }: InfluxStoreOptions,
    private readonly kind: InfluxKind,
  ) {
    const { authorization, target, source } = kind
    this.operations = new Operations(slow_ms, clock)
    const connect = (timeout_ms: number) => new InfluxConnection({ ...options, timeout_ms, authorization, clock })
    this.writing = connect(options.timeout_ms)
    this.asking = connect(options.timeout_ms)
    this.measuring = connect(Math.min(SIZE_MS, options.timeout_ms))
    this.rolling = connect(options.timeout_ms)
    this.writer = new InfluxWriter(this.writing, target, clock)
    this.reader = new HistoryReader(source(this.asking, this.operations), maximum_gap_ms)
    const { rolling: connection, operations, ended } = this
    this.tiers = new InfluxTiers({
      expiry: kind.expiry,
      places: kind.places({ connection, operations, ended: ended.signal }),
      ...{ maximum_gap_ms, clock },
      assertUsable: () => this.assertReadable(),
      sendingTo: (target) => this.sendingTo(target, clock),
      size: async () => defined({ size_bytes: (await kind.size(this.measuring, ended.signal)).size_bytes }),
    })
  }

  get name(): string {
    return this.writer.server?.name ?? 'InfluxDB'
  }

  get grace_ms(): number {
    return this.writer.grace_ms
  }

  probe(): Promise<void> {
    return this.writer.probe()
  }

  send(lines: Lines): Promise<Verdict> {
    return this.operations.write(`${lines.count} lines`, () => this.writer.send(lines))
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    await this.assertReadable()
    return this.reader.history(query)
  }

  async latest(device_ids?: readonly string[]): Promise<Reading[]> {
    await this.assertReadable()
    return this.reader.latest(device_ids)
  }

  async recorded(query: RecordedQuery): Promise<RecordedEnergy[]> {
    await this.assertReadable()
    return this.reader.recorded(query)
  }

  async backup(): Promise<void> {
    throw new MonitorError('DATABASE_UNSUPPORTED', `${this.name} is a server: back it up with its own tools`)
  }

  async restore(): Promise<string> {
    throw new MonitorError('DATABASE_UNSUPPORTED', `${this.name} is a server: put it back with its own tools`)
  }

  async health(): Promise<StoreHealth> {
    const { findings = [], ...size } = await this.size()
    return { name: this.name, ...size, ...this.operations.health(), findings }
  }

  statistics(): StoreStatistics {
    const pools = [this.writing, this.asking, this.rolling].map(({ pool }) => pool)
    return { ...this.operations.statistics(), pool: pools.reduce((sum, pool) => sum + pool) }
  }

  async stop(): Promise<void> {
    this.ended.abort()
    for (const connection of [this.writing, this.asking, this.measuring, this.rolling]) connection.stop()
  }

  private sendingTo(target: WriteTarget, clock: Clock): (lines: Lines) => Promise<Verdict> {
    const writer = new InfluxWriter(this.rolling, target, clock)
    return (lines) => this.operations.write(`${lines.count} rows`, () => writer.send(lines))
  }

  private async size(): Promise<ServerSize> {
    const { measuring, ended, kind } = this
    try {
      if (this.writer.server?.product === 'VictoriaMetrics') return await victoriaMetricsSize(measuring)
      const size = await kind.size(measuring, ended.signal)
      const retention_ms = await kind.retention(measuring, ended.signal).catch(() => undefined)
      return { ...size, findings: retentionAdvice(retention_ms) }
    } catch (thrown) {
      return { findings: [`It does not tell how large it is: ${toMonitorError(thrown).message}`] }
    }
  }

  /** VictoriaMetrics answers every question of InfluxQL alike, and none of them rightly. */
  private async assertReadable(): Promise<void> {
    if (!this.writer.server) await this.writer.probe()
    if (this.writer.server?.product !== 'VictoriaMetrics') return
    throw new MonitorError('DATABASE_UNSUPPORTED', `${this.name} is written to only: read from it with its own tools`)
  }
}
