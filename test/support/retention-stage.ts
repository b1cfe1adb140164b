import { RAW } from '../../src/database/tiers/tier'
import { watchedTiers } from '../../src/database/tiers/watched-tiers'
import type { MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'
import { bucketAt } from '../../src/domain/local-buckets'
import { TimeZone } from '../../src/domain/time-zone'
import { Retention } from '../../src/retention/retention'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import type { RetentionReport, RetentionStatus } from '../../src/retention/retention-report'
import { FakeClock } from './fake-clock'
import { MemoryCatalog } from './memory-catalog'
import { MemoryTiers } from './memory-tiers'
import { reading } from './readings'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** A Monday. */
export const START = Date.UTC(2026, 0, 5)

/** Retention of a database in memory, on a clock that a test moves. */
export class RetentionStage {
  readonly tiers: MemoryTiers
  readonly catalog = new MemoryCatalog()
  readonly clock: FakeClock
  readonly statuses: RetentionStatus[] = []
  readonly reports: RetentionReport[] = []
  readonly faults: MonitorError[] = []
  /** Whether what was accepted is in the store. */
  settled = true
  retention: Retention
  private rolling_until = -Infinity
  private zone: TimeZone | undefined

  constructor(
    private given: Readonly<Record<string, unknown>> = {},
    maximum_gap_ms?: number,
  ) {
    this.tiers = new MemoryTiers(maximum_gap_ms)
    this.clock = new FakeClock(START)
    this.retention = this.make()
  }

  /** Another one on the same database, as after a restart. */
  again(given = this.given): Retention {
    this.given = given
    this.retention = this.make()
    return this.retention
  }

  get status(): RetentionStatus {
    return this.statuses.at(-1) ?? { state: 'waiting' }
  }

  run(): Promise<RetentionReport> {
    return this.retention.run(false)
  }

  /** As readings come to the store: those that are late are marked. */
  put(...readings: readonly Reading[]): void {
    this.tiers.put(...readings)
    const { plan } = this.catalog
    const { maximum_gap_ms } = this.tiers
    const zone = this.zoneOf(plan?.time_zone)
    const tiers = (plan?.tiers ?? []).map(({ name, bucket }) => {
      const rolling = this.rolling_until === -Infinity ? -Infinity : bucketAt(zone, bucket, this.rolling_until).from
      return { name, end: Math.max(this.catalog.watermark(name) ?? -Infinity, rolling) }
    })
    for (const { device_id, timestamp } of readings) {
      for (const { name, end } of tiers) {
        if (timestamp >= end + maximum_gap_ms) continue
        const stretch = { from: timestamp - maximum_gap_ms, to: timestamp + maximum_gap_ms }
        this.catalog.mark(name, { device_id, ...stretch })
      }
    }
  }

  /** One reading every so often, of 600 W, with a counter that knows. */
  fill(from: number, to: number, { device_id = 'plug-1', step_ms = 5 * MINUTE } = {}): void {
    for (let timestamp = from; timestamp < to; timestamp += step_ms) this.put(this.reading(timestamp, device_id))
  }

  reading(timestamp: number, device_id = 'plug-1', own: Partial<Reading> = {}): Reading {
    const energy_kwh = Math.round(((timestamp - START) / HOUR + 10_000) * 0.6 * 1e4) / 1e4
    return reading({ device_id, timestamp, power_w: 600, energy_kwh, ...own })
  }

  /** Lets everything happen that needs no time. */
  async idle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  async advance(duration_ms: number, step_ms = MINUTE): Promise<void> {
    for (let left = duration_ms; left > 0; left -= step_ms) {
      this.clock.advance(Math.min(left, step_ms))
      await this.idle()
    }
  }

  /** Making one takes as long as hundreds of readings. */
  private zoneOf(name: string | undefined): TimeZone {
    if (this.zone?.name !== name) this.zone = new TimeZone(name)
    return this.zone as TimeZone
  }

  private make(): Retention {
    const store = watchedTiers(this.tiers, {
      onRollUp: (until) => (this.rolling_until = Math.max(this.rolling_until, until)),
      onExpire: ({ source, to }) => {
        const { raw_expired_before = to } = this.catalog
        if (source === RAW) this.catalog.raw_expired_before = Math.max(to, raw_expired_before)
        return Promise.resolve()
      },
      onExpired: () => {},
    })
    return new Retention({
      tiers: () => Promise.resolve({ store, catalog: this.catalog, keepOut: (_range, work) => work() }),
      settle: () => Promise.resolve(this.settled),
      options: parseRetentionOptions({ time_zone: 'UTC', ...this.given }),
      clock: this.clock,
      onReport: (report) => this.reports.push(report),
      onStatus: (status) => this.statuses.push(status),
      report: (error) => this.faults.push(error),
    })
  }
}
