import type { Clock } from '../../domain/clock'
import { bucketsOf, edgeBefore } from '../history/bucket-edges'
import type { TimeRange } from '../history/record-source'
import type { Verdict } from '../sending/verdict'
import type { Lines, Store } from '../store'
import type { FileTierCatalog } from './file-tier-catalog'
import { LateLines } from './late-lines'
import type { Tier } from './tier'
import type { DirtyStretch } from './tier-catalog'

export interface LateReadingsOptions {
  readonly store: Pick<Store, 'send' | 'probe' | 'grace_ms'>
  readonly catalog: Pick<FileTierCatalog, 'plan' | 'watermark' | 'mark'>
  readonly maximum_gap_ms: number
  readonly clock: Clock
}

/** Readings from before a moment have to wait. */
interface Hold {
  readonly until: number
  readonly end: Promise<void>
}

/**
 * A store that says that lines are stored once those are marked that came after their bucket was rolled up. The spool keeps
 * them until then: a process that is killed between the two sends and marks them again.
 */
export class LateReadings implements Pick<Store, 'send' | 'probe' | 'grace_ms'> {
  private readonly lines: LateLines
  /** Watermarks are set when it is rolled up and verified: what comes until then may be too late, too. */
  private rolling_until = Number.NEGATIVE_INFINITY
  private readonly under_way = new Set<Promise<unknown>>()
  private held: Hold | undefined

  constructor(private readonly options: LateReadingsOptions) {
    this.lines = new LateLines(options.maximum_gap_ms)
  }

  get grace_ms(): number {
    return this.options.store.grace_ms
  }

  probe(): Promise<void> {
    return this.options.store.probe()
  }

  async send(lines: Lines): Promise<Verdict> {
    while (this.held && this.lines.before(this.held.until, lines.text).length > 0) await this.held.end
    const sending = this.bring(lines)
    const ended = sending.catch(() => undefined).finally(() => this.under_way.delete(ended))
    this.under_way.add(ended)
    return sending
  }

  /** See `DatabaseTiers`. What is on its way has come, and is marked, when the work begins. */
  async keepOut<Result>({ to }: TimeRange, work: () => Promise<Result>): Promise<Result> {
    let letGo = () => {}
    const end = new Promise<void>((resolve) => (letGo = resolve))
    this.held = { until: to, end }
    try {
      await Promise.all(this.under_way)
      return await work()
    } finally {
      this.held = undefined
      letGo()
    }
  }

  /** Readings from before this moment are about to be rolled up. */
  rolling(until: number): void {
    this.rolling_until = Math.max(this.rolling_until, Math.min(until, this.options.clock.now()))
  }

  private async bring(lines: Lines): Promise<Verdict> {
    const verdict = await this.options.store.send(lines)
    // After the store has them, so that whoever rolls up has either seen them or is seen here.
    if (verdict.kind === 'stored') await this.mark(lines)
    return verdict
  }

  /** @throws MonitorError where the marks do not reach the disk */
  private async mark({ text }: Lines): Promise<void> {
    const { catalog, maximum_gap_ms } = this.options
    const { tiers, time_zone } = catalog.plan ?? { tiers: [], time_zone: '' }
    const ends = tiers.map((tier) => ({ name: tier.name, end: this.endOf(tier, time_zone) }))
    // The first reading behind a bucket tells, too, what was used at its end.
    const end = Math.max(...ends.map((tier) => tier.end)) + maximum_gap_ms
    if (end === Number.NEGATIVE_INFINITY) return
    const late = this.lines.before(end, text)
    if (late.length === 0) return
    // Not beyond what is rolled up: live readings, where the gap is long, then change a mark once, not each time.
    const dirty = (tier_end: number): DirtyStretch[] =>
      late
        .map(({ device_id, first, last }) => ({ device_id, from: first - maximum_gap_ms, to: last + maximum_gap_ms }))
        .filter(({ from }) => from < tier_end)
        .map((stretch) => ({ ...stretch, to: Math.min(stretch.to, tier_end) }))
    await catalog.mark(new Map(ends.map((tier) => [tier.name, dirty(tier.end)])))
  }

  /** Of the buckets of a tier that are rolled up, or about to be. */
  private endOf({ name, bucket }: Tier, time_zone: string): number {
    const watermark = this.options.catalog.watermark(name) ?? Number.NEGATIVE_INFINITY
    if (this.rolling_until <= watermark) return watermark
    return Math.max(watermark, edgeBefore(bucketsOf({ length: bucket, time_zone }), this.rolling_until))
  }
}
