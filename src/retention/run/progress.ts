import type { TimeRange } from '../../database/history/record-source'
import type { Tier } from '../../database/tiers/tier'

/** How much of what is due has been rolled up: 0 to 1, over all tiers. */
export class Progress {
  private readonly backlogs = new Map<string, TimeRange>()
  private readonly done = new Map<string, number>()

  constructor(private readonly onProgress: (progress: number) => void) {}

  expect(tier: Tier, backlog: TimeRange): void {
    if (backlog.from < backlog.to) this.backlogs.set(tier.name, backlog)
  }

  reach({ name }: Tier, moment: number): void {
    const backlog = this.backlogs.get(name)
    if (!backlog) return
    this.done.set(name, Math.min(backlog.to, moment) - backlog.from)
    let [done, all] = [0, 0]
    for (const [each, { from, to }] of this.backlogs) {
      all += to - from
      done += this.done.get(each) ?? 0
    }
    this.onProgress(done / all)
  }
}
