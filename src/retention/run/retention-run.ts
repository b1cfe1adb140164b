import { MonitorError } from '../../domain/errors'
import { TimeZone } from '../../domain/time-zone'
import type { Clock } from '../../domain/clock'
import type { DatabaseTiers } from '../../database/tiers/database-tiers'
import { RAW, type Source } from '../../database/tiers/tier'
import type { Preparation } from '../../database/tiers/tier-store'
import { planOf, type RetentionOptions } from '../retention-options'
import type { RetentionReport } from '../retention-report'
import { CatchingUp } from './catching-up'
import { DryRun } from './dry-run'
import { Expiring } from './expiring'
import { DayProof, isNear } from './known-day'
import { Progress } from './progress'
import { Roller } from './roller'
import { RollingAgain } from './rolling-again'
import { SizeLimit } from './size-limit'
import { Tally } from './tally'
import { TierBuckets } from './tier-buckets'
import { WatermarkCheck } from './watermark-check'
import type { Work } from './work'

const DAY_MS = 86_400_000

export interface RunParts {
  readonly tiers: DatabaseTiers
  readonly options: RetentionOptions
  readonly clock: Clock
  /** What the store has said when it was prepared. */
  readonly preparation: Preparation
  /** Everything that was accepted is in the store. */
  readonly settled: boolean
  /** What the runs before have left. */
  readonly memory: RunMemory
  readonly onProgress: (progress: number) => void
}

/** What is kept from run to run, and need not be kept longer. */
export interface RunMemory {
  /** Of each source, by name, until when all that is past its life has been gone through. */
  readonly done: Map<string, number>
  /** Readings before went because of the size limit. */
  shortened_before?: number | undefined
  /** When the newest reading was taken. */
  newest?: number
  /** The last day that was sure, ms since the epoch. */
  known_day?: number
  /** A person has said that the clock is right. */
  isClockTrusted?: boolean
  /** How long the server itself keeps raw readings. */
  raw_retention_ms?: number | undefined
}

/** One run: what is due is rolled up, again where readings have come late; and only then what is past its life goes. */
export class RetentionRun {
  private readonly tally = new Tally()

  constructor(private readonly parts: RunParts) {}

  run(dry: boolean): Promise<RetentionReport> {
    return dry ? this.tell() : this.keep()
  }

  private async keep(): Promise<RetentionReport> {
    const { tiers, options, preparation, settled, memory } = this.parts
    const started = this.begin()
    const plan = planOf(options)
    if (JSON.stringify(tiers.catalog.plan) !== JSON.stringify(plan)) await tiers.catalog.setPlan(plan)
    for (const finding of preparation.findings) this.tally.find(finding)
    const before = await tiers.store.size()
    const work = await this.work(false)
    if (work) {
      memory.newest = work.newest
      const full = await this.rollUp(work).then(() => undefined, unlessFull)
      if (settled) await this.expire(work)
      else this.tally.find('Readings wait in the spool; nothing is deleted until they are in the store')
      // What has gone makes room: it is rolled up when this is tried again.
      if (full) throw full
      if (work.missing.size > 0) throw missingPlaces(work)
    }
    const size = { before, after: await tiers.store.size() }
    const shortened = work ? this.shortened(work, memory.shortened_before) : {}
    return { ...started(), size, ...shortened }
  }

  private async tell(): Promise<RetentionReport> {
    const started = this.begin()
    for (const finding of this.parts.preparation.findings) this.tally.find(finding)
    const work = await this.work(true)
    if (!work) return { ...started(), dry: true }
    const before = (await new DryRun(work, this.workers(work)).tell()) ?? this.parts.memory.shortened_before
    const shortened = this.shortened(work, before)
    return { ...started(), dry: true, ...shortened }
  }

  private async rollUp(work: Work): Promise<void> {
    const { again, catchingUp, progress } = this.workers(work)
    await new WatermarkCheck(work).check()
    for (const tier of work.plan.tiers) progress.expect(tier, await catchingUp.expected(tier))
    for (const tier of work.plan.tiers) {
      try {
        await again.rollMarked(tier)
        await catchingUp.roll(tier)
      } catch (thrown) {
        if (!isMissing(thrown)) throw thrown
        work.missing.add(tier)
      }
    }
  }

  private async expire(work: Work): Promise<void> {
    const { expiring } = this.workers(work)
    const { memory } = this.parts
    const limit = new SizeLimit(work, expiring)
    for (const source of [RAW, ...work.plan.tiers] as Source[]) {
      await expiring.expire(source, expiring.limitOf(source))
    }
    memory.shortened_before = (await limit.keep()) ?? memory.shortened_before
    await limit.shrink()
  }

  /** Nothing where there is nothing to work with. */
  private async work(dry: boolean): Promise<Work | undefined> {
    const { tiers, options, clock } = this.parts
    const plan = planOf(options)
    const raw = await tiers.store.extent(RAW)
    const newest = raw ? raw.to - 1 : tiers.catalog.watermark(plan.tiers[0]?.name ?? '')
    if (newest === undefined) return undefined
    const buckets = new TierBuckets(new TimeZone(plan.time_zone))
    const today = await this.today(Math.min(clock.now(), newest))
    return { ...tiers, options, plan, buckets, clock, tally: this.tally, missing: new Set(), dry, raw, newest, today }
  }

  /** @param claimed by the clock and the newest reading */
  private async today(claimed: number): Promise<number> {
    const { tiers, options, memory } = this.parts
    // A server that deletes by itself goes by its own clock.
    const isTrusted = tiers.store.expiry === 'server' || memory.isClockTrusted
    const isKnown = isTrusted || (memory.known_day !== undefined && isNear(claimed, memory.known_day))
    const { today, doubt } = isKnown
      ? { today: claimed }
      : await new DayProof(tiers.store, planOf(options)).knownDay(claimed)
    if (doubt !== undefined) this.tally.find(doubt)
    memory.known_day = today
    memory.isClockTrusted = false
    return today
  }

  private workers(work: Work) {
    const progress = new Progress(this.parts.onProgress)
    const roller = new Roller(work)
    const again = new RollingAgain(work, roller)
    const catchingUp = new CatchingUp(work, roller, progress)
    return { progress, again, catchingUp, expiring: new Expiring(work, roller, again, this.parts.memory.done) }
  }

  /** @param before readings from then went for the size limit, now or in an earlier run */
  private shortened({ today, plan }: Work, before = -Infinity): Pick<RetentionReport, 'raw_shortened_to_days'> {
    const days = (today - before) / DAY_MS
    if (days >= (plan.raw_keep_days || Infinity)) return {}
    this.tally.find('The size limit keeps raw readings for fewer days than their life')
    return { raw_shortened_to_days: Math.round(days * 10) / 10 }
  }

  private begin(): () => RetentionReport {
    const { clock, tiers, options } = this.parts
    const [started, started_at] = [clock.now(), clock.monotonic()]
    return () => ({
      dry: false,
      started,
      duration_ms: clock.monotonic() - started_at,
      tiers: this.tally.report(options.tiers, (tier) => tiers.catalog.watermark(tier)),
      findings: this.tally.findings,
    })
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof MonitorError && thrown.code === 'DATABASE_MISSING'
}

/** It is tried again by itself, so that nobody has to come back when they are made. */
function missingPlaces({ missing, tally: { findings } }: Work): MonitorError {
  const names = [...missing].map(({ name }) => name).join(', ')
  const text = [`There is no place yet for the rows of ${names}`, ...findings].join('. ')
  return new MonitorError('DATABASE_MISSING', text, { details: { findings } })
}

/** A store that is full has to get rid of something first. */
function unlessFull(thrown: unknown): MonitorError {
  if (thrown instanceof MonitorError && thrown.code === 'DATABASE_FULL') return thrown
  throw thrown
}
