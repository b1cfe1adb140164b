import type { TimeRange } from '../../database/history/record-source'
import { RAW, type Source, type Tier } from '../../database/tiers/tier'
import type { CatchingUp } from './catching-up'
import type { Expiring } from './expiring'
import { stagesOf } from './windows'
import { finerThan, type Work } from './work'

/** Tells what a run would do, and does nothing. */
export class DryRun {
  constructor(
    private readonly work: Work,
    private readonly catchingUp: CatchingUp,
    private readonly expiring: Expiring,
  ) {}

  async tell(): Promise<void> {
    const { plan, tally } = this.work
    for (const tier of plan.tiers) tally.of(tier).rolled_up = await this.rowsOf(tier)
    for (const source of [RAW, ...plan.tiers] as Source[]) await this.tellExpiry(source)
  }

  private async rowsOf(tier: Tier): Promise<number> {
    const { buckets } = this.work
    let rows = 0
    for (const some of buckets.inTurns(tier, await this.catchingUp.expected(tier))) {
      for (const { windows } of stagesOf(some, await this.catchingUp.devices(tier, some))) {
        for (const window of windows) rows += await this.filled(tier, window.buckets, window.device_ids)
      }
    }
    return rows
  }

  /** Buckets of devices in which there is something. */
  private async filled(tier: Tier, buckets: readonly TimeRange[], device_ids: readonly string[]): Promise<number> {
    const { store } = this.work
    const finer = finerThan(this.work, tier)
    const found = new Set<string>()
    for (const { device_id, counts } of await store.count({ buckets, device_ids })) {
      counts.forEach((count, index) => count > 0 && found.add(`${index} ${device_id}`))
    }
    const range = { from: buckets[0]?.from ?? 0, to: buckets.at(-1)?.to ?? 0 }
    const rows = finer ? await store.read({ tier: finer, ...range, device_ids, fields: ['power_w'] }) : []
    for (const { device_id, timestamp } of rows) {
      found.add(`${buckets.findIndex(({ to }) => timestamp < to)} ${device_id}`)
    }
    return found.size
  }

  private async tellExpiry(source: Source): Promise<void> {
    const { store, tally } = this.work
    const until = this.expiring.limitOf(source)
    const extent = await store.extent(source)
    if (store.expiry === 'server' || !extent) return
    for (let from = extent.from; from < until;) {
      const kept = await this.expiring.undeletable(source, { from, to: until })
      const to = Math.max(from, kept?.from ?? until)
      if (from < to) tally.expired(source, await store.measure(source, { from, to }), to)
      if (kept) await this.expiring.holdBack(source, { from: to, to: kept.to }, kept.reason)
      from = kept?.to ?? until
    }
  }
}
