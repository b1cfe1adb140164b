import type { Clock } from '../domain/clock'
import { MonitorError, toMonitorError } from '../domain/errors'
import { TimeZone } from '../domain/time-zone'
import type { DatabaseTiers } from '../database/tiers/database-tiers'
import type { TierCatalog } from '../database/tiers/tier-catalog'
import type { Tier } from '../database/tiers/tier'
import type { Preparation, TierStore } from '../database/tiers/tier-store'
import { lagging, lagIn } from './lag'
import { planOf, type RetentionOptions, serverRetentionOf } from './retention-options'
import type { RetentionReport, RetentionStatus } from './retention-report'
import { momentsAt } from './run/moments'
import { RetentionRun, type RunMemory } from './run/retention-run'
import { TierBuckets } from './run/tier-buckets'
import { Schedule } from './schedule'
import { Standing } from './standing'
import { inSteps, Steps } from './steps'

export interface RetentionDependencies {
  /** The open database's; rejects while it is not open. */
  readonly tiers: () => Promise<DatabaseTiers>
  /** Resolves when what was accepted before is in the store, true where it is. */
  readonly settle: (patience_ms: number) => Promise<boolean>
  readonly options: RetentionOptions
  readonly clock: Clock
  /** A run of its own accord has ended. */
  readonly onReport: (report: RetentionReport) => void
  /** Called when the state or its reason changes. */
  readonly onStatus: (status: RetentionStatus) => void
  /** A fault that belongs to no call. */
  readonly report: (error: MonitorError) => void
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const FIRST_RUN_MS = 10_000
const SETTLE_MS = 30_000
/** A spool that never drains keeps nothing from being rolled up for longer: what comes later is marked, and rolled up again. */
const LONGEST_SETTLE_MS = HOUR_MS
/** Somebody may have changed what a server keeps. */
const PREPARED_MS = 24 * HOUR_MS
const STALLED_MS = 10 * MINUTE_MS
const STOP_MS = 4000

/** Keeps the tiers of one database: rolls up, verifies, and only then expires. Runs at its start, and after each bucket. */
export class Retention {
  private readonly steps: Steps
  private readonly schedule: Schedule
  private readonly standing: Standing
  private readonly buckets: TierBuckets
  private readonly memory: RunMemory = { done: new Map() }
  private prepared: { readonly store: TierStore; readonly at: number; readonly said: Preparation } | undefined
  private catalog: TierCatalog | undefined
  private unsettled_at: number | undefined
  /** The last run that was more than a dry one, whoever asked for it. */
  private hasFailed = false
  private started_at: number | undefined
  private turn: Promise<unknown> = Promise.resolve()
  private stopping: Promise<void> | undefined

  constructor(private readonly dependencies: RetentionDependencies) {
    const { clock, options, onStatus, report } = dependencies
    this.steps = new Steps(clock)
    this.buckets = new TierBuckets(new TimeZone(options.time_zone))
    this.schedule = new Schedule({
      clock,
      nextDue: (now) => this.nextDue(now),
      onDue: () => void this.runByItself(),
      onTick: () => this.watch(),
    })
    this.standing = new Standing({ onStatus, report, nextRun: () => this.schedule.next_run })
  }

  start(): void {
    if (this.started_at !== undefined || this.stopping) return
    this.started_at = this.dependencies.clock.monotonic()
    this.schedule.after(FIRST_RUN_MS)
    this.standing.tell()
  }

  /** Ends what is under way after the step that it is in. May be called twice. */
  stop(): Promise<void> {
    this.stopping ??= this.end()
    return this.stopping
  }

  /**
   * Waits for the run that is under way, if one is, and then runs. @param dry tells what would be done, and does nothing
   * @throws MonitorError what the database fails with, `ROLL_UP_UNVERIFIED`, `CLOSED`
   */
  async run(dry: boolean): Promise<RetentionReport> {
    try {
      const report = await this.takeTurn(dry)
      if (!dry) this.standing.succeeded(report)
      return report
    } finally {
      this.watch()
    }
  }

  /** The next run takes the clock and the newest reading at their word, whatever break was before. */
  trustClock(): void {
    this.memory.isClockTrusted = true
  }

  private async runByItself(): Promise<void> {
    try {
      const report = await this.takeTurn(false)
      this.standing.succeeded(report)
      this.schedule.next()
      this.dependencies.onReport(report)
    } catch (thrown) {
      if (this.stopping) return
      this.standing.failed(toMonitorError(thrown))
      this.schedule.after(this.standing.retry_ms)
    }
    this.watch()
  }

  private takeTurn(dry: boolean): Promise<RetentionReport> {
    const run = this.turn.then(() => this.execute(dry))
    this.turn = run.catch(() => undefined)
    return run
  }

  private async execute(dry: boolean): Promise<RetentionReport> {
    const { dependencies, steps, standing, memory } = this
    const { options, clock } = dependencies
    standing.begin()
    try {
      const opened = await steps.attempt(() => dependencies.tiers())
      this.catalog = opened.catalog
      const settled = dry || (await this.settle())
      const preparation = await (dry ? this.examine(opened) : this.prepare(opened))
      const tiers = inSteps(opened, steps)
      const onProgress = (progress: number) => standing.reach(progress)
      const run = new RetentionRun({ tiers, options, clock, preparation, settled, memory, onProgress })
      const report = await run.run(dry)
      if (!dry) this.hasFailed = false
      return report
    } catch (thrown) {
      this.prepared = undefined
      this.hasFailed ||= !dry
      throw toMonitorError(thrown)
    } finally {
      standing.end()
    }
  }

  /** @throws MonitorError where it is worth waiting for what the spool has */
  private async settle(): Promise<boolean> {
    const { clock, settle } = this.dependencies
    if (await this.steps.attempt(() => settle(SETTLE_MS))) {
      this.unsettled_at = undefined
      return true
    }
    this.unsettled_at ??= clock.monotonic()
    if (clock.monotonic() - this.unsettled_at >= LONGEST_SETTLE_MS) return false
    throw new MonitorError('DATABASE_UNAVAILABLE', 'Readings wait in the spool; they have to be in the store first')
  }

  private examine({ store }: DatabaseTiers): Promise<Preparation> {
    const { options } = this.dependencies
    return this.steps.attempt(() => store.examine(planOf(options), serverRetentionOf(options)))
  }

  private async prepare({ store }: DatabaseTiers): Promise<Preparation> {
    const { options, clock } = this.dependencies
    const at = clock.monotonic()
    if (this.prepared?.store === store && at - this.prepared.at < PREPARED_MS) return this.prepared.said
    const said = await this.steps.attempt(() => store.prepare(planOf(options), serverRetentionOf(options)))
    this.prepared = { store, at, said }
    this.memory.raw_retention_ms = said.raw_retention_ms
    return said
  }

  private nextDue(now: number): number {
    const { options } = this.dependencies
    const delay_ms = options.delay_minutes * MINUTE_MS
    return this.buckets.at(options.tiers[0] as Tier, now - delay_ms).to + delay_ms
  }

  /** Whether what is due has waited for too long. What is being caught up on is not waiting. */
  private watch(): void {
    const { clock } = this.dependencies
    const stalled = this.standing.isRunning && clock.monotonic() - this.steps.answered_at > STALLED_MS
    if (this.standing.isRunning && !stalled) return this.standing.tell()
    this.standing.lags(this.lag(), stalled)
  }

  private lag(): MonitorError | undefined {
    const { clock, options } = this.dependencies
    const { catalog, buckets, memory, started_at } = this
    const { raw_retention_ms: kept_ms = Infinity } = this.memory
    const limit_ms = Math.min(options.lag_hours * HOUR_MS, kept_ms / 2)
    const isFailing = this.hasFailed || this.standing.isRunning
    const newest = isFailing ? clock.now() : memory.newest
    if (newest === undefined) return undefined
    const at = { now: clock.now(), delay_ms: options.delay_minutes * MINUTE_MS, newest }
    const moments = momentsAt(buckets, options.tiers, at)
    const watermark = (tier: string) => catalog?.watermark(tier)
    const lag = lagIn({ tiers: options.tiers, buckets, moments, watermark, limit_ms })
    if (lag || !isFailing || started_at === undefined) return lag
    const isNew = options.tiers.every(({ name }) => watermark(name) === undefined)
    return isNew && clock.monotonic() - started_at > limit_ms ? lagging('nothing has been') : undefined
  }

  private async end(): Promise<void> {
    const { clock } = this.dependencies
    this.schedule.stop()
    this.steps.end()
    const timer = clock.setTimeout(() => this.steps.giveUp(), STOP_MS)
    await this.turn
    clock.clearTimeout(timer)
    this.standing.stop()
  }
}
