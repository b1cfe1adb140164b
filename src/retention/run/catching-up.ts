import type { TimeRange } from '../../database/history/record-source'
import { RAW, type Tier } from '../../database/tiers/tier'
import { beginning, beginningOfLife, dueUntil } from './moments'
import type { Progress } from './progress'
import type { Roller } from './roller'
import { rangeOf, stagesOf } from './windows'
import { finerThan, momentsOf, type Work } from './work'

const DAY_MS = 86_400_000
/** Where nothing is, more days are looked at in one go. */
const LONGEST_SPAN_MS = 64 * DAY_MS

/** Rolls up what is due and has not been yet, oldest first. */
export class CatchingUp {
  constructor(
    private readonly work: Work,
    private readonly roller: Roller,
    private readonly progress: Progress,
  ) {}

  /** What is due, and not rolled up. */
  async expected(tier: Tier): Promise<TimeRange> {
    const { buckets, catalog, today } = this.work
    const start = catalog.watermark(tier.name) ?? (await this.beginning(tier))
    const from = Math.max(start, beginningOfLife(buckets, tier, today))
    return { from, to: dueUntil(buckets, tier, momentsOf(this.work)) }
  }

  async roll(tier: Tier): Promise<void> {
    const { buckets, catalog } = this.work
    let { from, to } = await this.possible(tier)
    for (let span_ms = DAY_MS; from < to;) {
      const some = buckets.between(tier, { from, to }, span_ms)
      const end = some.at(-1)?.to
      if (end === undefined) return
      const device_ids = await this.devices(tier, some)
      if (device_ids.length > 0 && some.length > 1 && span_ms > DAY_MS) {
        span_ms = DAY_MS
        continue
      }
      for (const stage of device_ids.length > 0 ? stagesOf(some, device_ids) : []) {
        for (const window of stage.windows) await this.roller.roll(tier, window)
        const done = stage.buckets.at(-1)?.to ?? end
        await catalog.setWatermark(tier.name, done)
        this.progress.reach(tier, done)
      }
      if (device_ids.length === 0) {
        await catalog.setWatermark(tier.name, end)
        this.progress.reach(tier, end)
        span_ms = Math.min(LONGEST_SPAN_MS, 2 * span_ms)
      }
      from = end
      // It may have taken long: more is due meanwhile.
      to = (await this.possible(tier)).to
    }
  }

  /** The part of it whose finer tier is complete. */
  private async possible(tier: Tier): Promise<TimeRange> {
    const { from, to } = await this.expected(tier)
    const finer = finerThan(this.work, tier)
    if (!finer) return { from, to }
    const reached = this.work.catalog.watermark(finer.name)
    return { from, to: reached === undefined ? -Infinity : Math.min(to, this.work.buckets.edgeBefore(tier, reached)) }
  }

  /** Those of which something may be known in the range: a value holds for up to a day. */
  async devices(tier: Tier, buckets: readonly TimeRange[]): Promise<string[]> {
    const { store } = this.work
    const { from, to } = rangeOf(buckets)
    const finer = finerThan(this.work, tier)
    const found = await store.devices(RAW, { from: from - DAY_MS, to })
    const rolled = finer ? await store.devices(finer, { from, to }) : []
    return [...new Set([...found, ...rolled])].sort()
  }

  private async beginning(tier: Tier): Promise<number> {
    const { store, raw, buckets } = this.work
    const finer = finerThan(this.work, tier)
    return beginning(buckets, tier, [raw, finer && (await store.extent(finer))])
  }
}
