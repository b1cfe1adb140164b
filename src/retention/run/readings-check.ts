import type { TimeRange } from '../../database/history/record-source'
import type { Tier } from '../../database/tiers/tier'
import { arranged } from './arranged'
import type { Rolled } from './roller'
import type { RollingAgain } from './rolling-again'
import { rowsThere } from './rows-there'
import { stagesOf, type Window } from './windows'
import { coarserThan, type Work } from './work'

/** Readings of one device in one bucket, which its row may not have seen. */
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
  async standsFor(tier: Tier, { buckets, device_ids }: Window, until: number): Promise<boolean> {
    for (const { windows } of stagesOf(buckets, device_ids)) {
      for (const window of windows) {
        const unseen = await this.unseen(tier, window, until)
        if (unseen.length > 0 && !(await this.isMended(tier, unseen))) return false
      }
    }
    return true
  }

  private async unseen(tier: Tier, window: Window, until: number): Promise<Unseen[]> {
    const { store } = this.work
    const rows = await rowsThere(store, tier, window, ['power_w'])
    const seen = new Map(rows.map(({ device_id, timestamp, samples }) => [device_id + timestamp, samples]))
    const found: Unseen[] = []
    for (const alike of arranged(window, rows, [])) {
      for (const counted of await this.count(alike, until)) {
        if (counted.count > (seen.get(counted.device_id + counted.bucket.from) ?? 0)) found.push(counted)
      }
    }
    return found
  }

  private async count({ buckets, device_ids }: Window, until: number): Promise<Unseen[]> {
    const there = buckets.filter(({ from }) => from < until)
    if (there.length === 0) return []
    const cut = there.map(({ from, to }) => ({ from, to: Math.min(to, until) }))
    const found = await this.work.store.count({ buckets: cut, device_ids })
    return found.flatMap(({ device_id, counts }) =>
      there.map((bucket, index) => ({ device_id, bucket, count: counts[index] ?? 0 })),
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
