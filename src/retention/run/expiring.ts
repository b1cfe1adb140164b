import type { TimeRange } from '../../database/history/record-source'
import { RAW, type Source, type Tier } from '../../database/tiers/tier'
import { nameOfSource } from '../retention-report'
import { beginningOfLife, today } from './moments'
import { ReadingsCheck } from './readings-check'
import type { Roller } from './roller'
import type { RollingAgain } from './rolling-again'
import { rangeOf } from './row-maker'
import { stagesOf } from './windows'
import { coarserThan, momentsOf, type Work } from './work'

const DAY_MS = 86_400_000

/** `held`: what stands for it is not sure. */
export type Expiry = 'expired' | 'held' | 'nothing'

/** Deletes what is past its life, a day at a time, once what stands for it has been looked at again. */
export class Expiring {
  private readonly readings: ReadingsCheck
  /** Of each source, until when nothing is left. */
  private readonly removed = new Map<Source, number>()

  /** @param verified of each source that a server deletes by itself, until when it has been looked at */
  constructor(
    private readonly work: Work,
    private readonly roller: Roller,
    again: RollingAgain,
    private readonly verified: Map<string, number>,
  ) {
    this.readings = new ReadingsCheck(work, again)
  }

  /** Until when a source is past its life: an edge of what is made of it. */
  limitOf(source: Source): number {
    const keep_days = source === RAW ? this.work.plan.raw_keep_days : source.keep_days
    return keep_days === 0 ? -Infinity : this.edge(source, today(momentsOf(this.work)) - keep_days * DAY_MS)
  }

  /** The last edge at which a source may be cut. */
  edge(source: Source, moment: number): number {
    const tier = coarserThan(this.work, source)[0] ?? (source as Tier)
    return this.work.buckets.edgeBefore(tier, moment)
  }

  async expire(source: Source, until: number): Promise<void> {
    if (until === -Infinity) return
    for (let last: Expiry = 'expired'; last === 'expired';) last = await this.expireOldest(source, until)
  }

  /** The oldest day, or less. */
  async expireOldest(source: Source, until: number): Promise<Expiry> {
    const { store, buckets, catalog } = this.work
    const oldest = (await store.extent(source))?.from ?? Infinity
    if (oldest < (this.removed.get(source) ?? -Infinity)) return this.isBack(source)
    const from = Math.max(oldest, this.verified.get(nameOfSource(source)) ?? -Infinity)
    if (from >= until) return 'nothing'
    const tier = this.standingFor(source, from)
    if (!tier) return this.remove(source, { from, to: Math.min(until, from + DAY_MS) })
    const begin = buckets.edgeBefore(tier, from)
    const some = buckets.between(tier, { from: begin, to: catalog.watermark(tier.name) ?? begin }, DAY_MS)
    const to = Math.min(until, rangeOf(some).to)
    const isSure = to > from && (await this.standsFor(tier, source, some, to))
    return isSure ? this.remove(source, { from, to }) : this.holdBack(source, { from, to: until })
  }

  /** The finest tier that keeps what was at that moment; none where that is past every life. */
  private standingFor(source: Source, moment: number): Tier | undefined {
    const { buckets } = this.work
    const moments = momentsOf(this.work)
    return coarserThan(this.work, source).find((tier) => beginningOfLife(buckets, tier, moments) <= moment)
  }

  private async standsFor(tier: Tier, source: Source, buckets: readonly TimeRange[], until: number): Promise<boolean> {
    if (source === RAW) return this.readings.standsFor(tier, buckets, until)
    const device_ids = await this.work.store.devices(source, rangeOf(buckets))
    for (const { windows } of device_ids.length > 0 ? stagesOf(buckets, device_ids) : []) {
      for (const window of windows) await this.roller.roll(tier, window, 'check')
    }
    return true
  }

  private async remove(source: Source, range: TimeRange): Promise<Expiry> {
    const { store, tally } = this.work
    if (store.expiry === 'server') {
      this.verified.set(nameOfSource(source), range.to)
      return 'expired'
    }
    const measured = await store.measure(source, range)
    const rows = await store.expire({ source, ...range, device_ids: [] })
    tally.expired(source, { rows: Math.max(rows, measured.rows ?? 0), ...bytesOf(measured) }, range.to)
    this.removed.set(source, range.to)
    return 'expired'
  }

  private async holdBack(source: Source, range: TimeRange): Promise<Expiry> {
    const { store, tally } = this.work
    const name = nameOfSource(source)
    tally.of(source).held_back += (await store.measure(source, range)).rows ?? 0
    tally.find(`Of ${name}, some is past its life and stays, because it is not sure what stands for it`)
    return 'held'
  }

  /** It came late, or the store has not done what it said. */
  private isBack(source: Source): Expiry {
    const name = nameOfSource(source)
    this.work.tally.find(`Of ${name}, something is there that was deleted; it goes with the next run`)
    return 'held'
  }
}

function bytesOf({ bytes }: { readonly bytes?: number }): { bytes?: number } {
  return bytes === undefined ? {} : { bytes }
}
