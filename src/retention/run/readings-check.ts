import { longestMs } from '../../domain/local-buckets'
import type { TimeRange } from '../../database/history/record-source'
import { RAW, type Tier } from '../../database/tiers/tier'
import { arranged } from './arranged'
import type { Rolled } from './roller'
import type { RollingAgain } from './rolling-again'
import { rangeOf } from './row-maker'
import { stagesOf, type Window } from './windows'
import { coarserThan, type Work } from './work'

/** Readings of one device in one bucket that its row has not seen. */
interface Unseen {
  readonly device_id: string
  readonly bucket: TimeRange
  readonly count: number
}

/** Whether rows stand for all readings that are about to go: those are counted once more, whatever was marked. */
export class ReadingsCheck {
  constructor(
    private readonly work: Work,
    private readonly again: RollingAgain,
  ) {}

  /** Rolls up again what has been missed. @param until readings behind it stay */
  async standsFor(tier: Tier, buckets: readonly TimeRange[], until: number): Promise<boolean> {
    const { from, to } = rangeOf(buckets)
    const device_ids = await this.work.store.devices(RAW, { from, to: Math.min(to, until) })
    if (device_ids.length === 0) return true
    for (const { windows } of stagesOf(buckets, device_ids)) {
      for (const window of windows) {
        const unseen = await this.unseen(tier, window, until)
        if (unseen.length > 0 && !(await this.isMended(tier, unseen))) return false
      }
    }
    return true
  }

  private async unseen(tier: Tier, { buckets, device_ids }: Window, until: number): Promise<Unseen[]> {
    const { store } = this.work
    const { from, to } = rangeOf(buckets)
    const rows = await store.read({ tier, from: from - longestMs(tier.bucket), to, device_ids, fields: ['power_w'] })
    const there = arranged(buckets, rows, true).filter((bucket) => bucket.from < until)
    const counted = there.map((bucket) => ({ from: bucket.from, to: Math.min(bucket.to, until) }))
    if (counted.length === 0) return []
    const seen = new Map(rows.map(({ device_id, timestamp, samples }) => [device_id + timestamp, samples]))
    const found = await store.count({ buckets: counted, device_ids })
    return found.flatMap(({ device_id, counts }) =>
      there.flatMap((bucket, index) => {
        const count = counts[index] ?? 0
        return count > (seen.get(device_id + bucket.from) ?? 0) ? [{ device_id, bucket, count }] : []
      }),
    )
  }

  /** All of them are seen now, whichever row stands in the end; and so are the coarser tiers that reach as far. */
  private async isMended(tier: Tier, unseen: readonly Unseen[]): Promise<boolean> {
    const { buckets, catalog } = this.work
    const device_ids = [...new Set(unseen.map(({ device_id }) => device_id))]
    const from = Math.min(...unseen.map(({ bucket }) => bucket.from))
    const range = { from, to: Math.max(...unseen.map(({ bucket }) => bucket.to)) }
    const seen = new Map<string, number>()
    await this.again.roll(tier, range, device_ids, (rolled: readonly Rolled[]) => {
      for (const { made } of rolled) seen.set(made.device_id + made.timestamp, made.samples)
    })
    for (const coarser of coarserThan(this.work, tier)) {
      const reached = catalog.watermark(coarser.name) ?? -Infinity
      if (reached <= from) continue
      const touched = buckets.touching(coarser, { from, to: Math.min(reached, range.to) })
      await this.again.roll(coarser, touched, device_ids)
    }
    return unseen.every(({ device_id, bucket, count }) => (seen.get(device_id + bucket.from) ?? 0) >= count)
  }
}
