import type { TimeRange } from '../../database/history/record-source'
import { RAW, type Source, type Tier } from '../../database/tiers/tier'
import type { CatchingUp } from './catching-up'
import type { Expiring } from './expiring'
import { ForeseenExpiry } from './foreseen-expiry'
import type { RollingAgain } from './rolling-again'
import { SizeLimit } from './size-limit'
import { stagesOf } from './windows'
import { finerThan, type Work } from './work'

interface DryRunParts {
  readonly again: RollingAgain
  readonly catchingUp: CatchingUp
  readonly expiring: Expiring
}

/** Tells what a run would do, and does nothing. */
export class DryRun {
  constructor(
    private readonly work: Work,
    private readonly parts: DryRunParts,
  ) {}

  /** @returns the moment up to which raw readings would go for the size limit */
  async tell(): Promise<number | undefined> {
    const { plan, tally } = this.work
    const { again, expiring } = this.parts
    for (const tier of plan.tiers) {
      await again.rollMarked(tier)
      tally.of(tier).rolled_up += await this.rowsOf(tier)
    }
    const foreseen = new ForeseenExpiry(this.work, (source, moment) => expiring.edge(source, moment))
    for (const source of [RAW, ...plan.tiers] as Source[]) await foreseen.expire(source, expiring.limitOf(source))
    return new SizeLimit(this.work, foreseen).keep()
  }

  private async rowsOf(tier: Tier): Promise<number> {
    const { buckets } = this.work
    const { catchingUp } = this.parts
    let rows = 0
    for (const some of buckets.inTurns(tier, await catchingUp.expected(tier))) {
      for (const { windows } of stagesOf(some, await catchingUp.devices(tier, some))) {
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
}
