import { longestMs } from '../../domain/local-buckets'
import type { TimeRange } from '../../database/history/record-source'
import type { Tier } from '../../database/tiers/tier'
import { beginningOfLife } from './moments'
import { finerThan, momentsOf, type Work } from './work'

/** Finds watermarks that are not true, because the database is not the one that they were set for, or the clock was wrong. */
export class WatermarkCheck {
  constructor(private readonly work: Work) {}

  /** What is behind them begins anew, in all coarser tiers, too: rows that are there and cover more stay. */
  async check(): Promise<void> {
    const { plan, catalog, buckets } = this.work
    let lowest = Infinity
    for (const tier of plan.tiers) {
      const watermark = catalog.watermark(tier.name)
      if (watermark === undefined) continue
      const told = await this.trueWatermark(tier, watermark)
      const reached = told <= lowest ? told : lowest === -Infinity ? lowest : buckets.edgeBefore(tier, lowest)
      if (reached === watermark) continue
      lowest = reached
      await catalog.setWatermark(tier.name, reached === -Infinity ? undefined : reached)
    }
  }

  /** Infinitely low where there are no rows. */
  private async trueWatermark(tier: Tier, watermark: number): Promise<number> {
    const { store, buckets, tally } = this.work
    const { now, delay_ms } = momentsOf(this.work)
    if (watermark > buckets.at(tier, now).to) {
      tally.find(`${tier.name} was rolled up to a moment that is still to come: the clock has been set back`)
      return buckets.edgeBefore(tier, now - delay_ms)
    }
    const extent = await store.extent(tier)
    const end = extent ? await this.endOf(tier, extent, watermark) : -Infinity
    if (end >= watermark || !(await this.hasSource(tier, { from: end, to: watermark }))) return watermark
    tally.find(`Rows of ${tier.name} that were there are gone, as when a backup is put back; they are rolled up again`)
    return end
  }

  /** Where the last row ends: it may have been made under another plan. */
  private async endOf(tier: Tier, extent: TimeRange, watermark: number): Promise<number> {
    const last = this.work.buckets.at(tier, extent.to - 1)
    if (last.to >= watermark) return last.to
    const range = { from: last.from - longestMs(tier.bucket), to: watermark }
    const rows = await this.work.store.read({ tier, ...range, device_ids: [], fields: ['power_w'] })
    return Math.max(extent.to, ...rows.map(({ timestamp, duration_ms }) => timestamp + duration_ms))
  }

  /** Something that rows would have been made of. */
  private async hasSource(tier: Tier, { from, to }: TimeRange): Promise<boolean> {
    const { store, buckets, raw, today } = this.work
    const finer = finerThan(this.work, tier)
    const oldest = Math.max(from, 0, beginningOfLife(buckets, tier, today))
    const start = Math.max(oldest, raw?.from ?? Infinity)
    if (start < to && (await store.count({ buckets: [{ from: start, to }], device_ids: [] })).length > 0) return true
    return finer !== undefined && oldest < to && (await store.devices(finer, { from: oldest, to })).length > 0
  }
}
