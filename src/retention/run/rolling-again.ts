import { longestMs } from '../../domain/local-buckets'
import type { TimeRange } from '../../database/history/record-source'
import type { DirtyStretch } from '../../database/tiers/tier-catalog'
import { RAW, type Tier } from '../../database/tiers/tier'
import { beginningOfLife } from './moments'
import type { Rolled, Roller } from './roller'
import { stagesOf } from './windows'
import type { Work } from './work'

const DAY_MS = 86_400_000
/** How much further is looked each time for what comes after a stretch. */
const FURTHER = 8

type OnRolled = (rolled: readonly Rolled[]) => void

/** Stretches that touch the same buckets. */
interface Touched extends TimeRange {
  readonly stretches: DirtyStretch[]
}

/** Rolls up anew what readings have come late for. */
export class RollingAgain {
  constructor(
    private readonly work: Work,
    private readonly roller: Roller,
  ) {}

  /** All stretches of a tier that are marked. */
  async rollMarked(tier: Tier): Promise<void> {
    const { catalog, dry } = this.work
    for (const { from, to, stretches } of this.touched(tier)) {
      if (from < to) await this.roll(tier, { from, to }, await this.devicesOf(stretches, { from, to }))
      if (!dry) await catalog.clean(tier.name, stretches)
    }
  }

  /**
   * Those buckets, and of each device the next one in which it has said something: energy since the reading before falls to it.
   */
  async roll(tier: Tier, range: TimeRange, device_ids: readonly string[], onRolled?: OnRolled): Promise<void> {
    if (device_ids.length === 0) return
    const { buckets } = this.work
    for (const some of buckets.inTurns(tier, range)) await this.rollBuckets(tier, some, device_ids, onRolled)
    await this.rollNext(tier, range.to, device_ids)
  }

  /** Within the life of the tier, and up to where it reaches: what is behind is rolled up anyway. */
  private touched(tier: Tier): Touched[] {
    const { buckets, catalog, today } = this.work
    const reached = catalog.watermark(tier.name) ?? -Infinity
    const oldest = beginningOfLife(buckets, tier, today)
    const found = new Map<string, Touched>()
    for (const stretch of catalog.dirty(tier.name)) {
      const [from, to] = [Math.max(stretch.from, oldest), Math.min(stretch.to, reached)]
      const range = from < to ? buckets.touching(tier, { from, to }) : { from: 0, to: 0 }
      const key = `${range.from} ${range.to}`
      const same = found.get(key)
      if (same) same.stretches.push(stretch)
      else found.set(key, { ...range, stretches: [stretch] })
    }
    return [...found.values()].sort((one, other) => one.from - other.from)
  }

  private async devicesOf(stretches: readonly DirtyStretch[], { from, to }: TimeRange): Promise<string[]> {
    const named = stretches.map(({ device_id }) => device_id)
    const all = named.includes(undefined) ? await this.work.store.devices(RAW, { from: from - DAY_MS, to }) : []
    return [...new Set([...all, ...named.filter((id) => id !== undefined)])].sort()
  }

  private async rollBuckets(
    tier: Tier,
    buckets: readonly TimeRange[],
    device_ids: readonly string[],
    onRolled?: OnRolled,
  ): Promise<void> {
    for (const { windows } of stagesOf(buckets, device_ids)) {
      for (const window of windows) {
        const rolled = await this.roller.roll(tier, window)
        onRolled?.(rolled)
      }
    }
  }

  private async rollNext(tier: Tier, from: number, device_ids: readonly string[]): Promise<void> {
    const reached = this.work.catalog.watermark(tier.name) ?? from
    const left = new Set(device_ids)
    for (let [at, reach_ms] = [from, 2 * longestMs(tier.bucket)]; at < reached && left.size > 0; reach_ms *= FURTHER) {
      const range = { from: at, to: Math.min(reached, at + reach_ms) }
      for (const [bucket, ids] of await this.firstIn(tier, range, [...left])) {
        await this.rollBuckets(tier, [bucket], ids)
        for (const id of ids) left.delete(id)
      }
      at = range.to
    }
  }

  /** The first bucket in which each device has said something. */
  private async firstIn(tier: Tier, range: TimeRange, ids: readonly string[]): Promise<[TimeRange, string[]][]> {
    const first = new Map<string, TimeRange>()
    for (const { windows } of stagesOf([range], ids)) {
      for (const { device_ids } of windows) {
        const rows = await this.work.store.read({ tier, ...range, device_ids, fields: ['power_w'] })
        for (const { device_id, timestamp, duration_ms, samples } of rows) {
          if (samples === 0 || first.has(device_id)) continue
          first.set(device_id, { from: timestamp, to: timestamp + duration_ms })
        }
      }
    }
    const shared = new Map<string, [TimeRange, string[]]>()
    for (const [id, bucket] of first) {
      const key = `${bucket.from} ${bucket.to}`
      const [, others] = shared.get(key) ?? [bucket, []]
      shared.set(key, [bucket, [...others, id]])
    }
    return [...shared.values()]
  }
}
