import type { TimeRange } from '../../database/history/record-source'
import { RAW, type Source, type Tier } from '../../database/tiers/tier'
import { nameOfSource } from '../retention-report'
import type { Disposal, Expiry } from './disposal'
import { HeldBack } from './held-back'
import { LastReadings } from './last-readings'
import { beginningOfLife } from './moments'
import { ReadingsCheck } from './readings-check'
import type { Roller } from './roller'
import type { RollingAgain } from './rolling-again'
import { rangeOf, stagesOf } from './windows'
import { coarserThan, cuttingTier, type Work } from './work'

const DAY_MS = 86_400_000

/** Rows of a tier, in these buckets. */
interface Standing {
  readonly tier: Tier
  readonly buckets: readonly TimeRange[]
}

/** Deletes what is past its life, a day at a time, once what stands for it has been looked at again. */
export class Expiring implements Disposal {
  readonly freed_bytes = 0
  private readonly heldBack: HeldBack
  private readonly readings: ReadingsCheck
  private readonly lastReadings: LastReadings
  /** Of each source, by name, until when it has been looked whether something is left behind. */
  private readonly lookedBack = new Map<string, number>()

  /** @param done of each source, by name, until when all has been gone through: something may be left there */
  constructor(
    private readonly work: Work,
    private readonly roller: Roller,
    again: RollingAgain,
    private readonly done: Map<string, number>,
  ) {
    this.heldBack = new HeldBack(work)
    this.readings = new ReadingsCheck(work, again)
    this.lastReadings = new LastReadings(work)
  }

  /** Until when a source is past its life: an edge of what is made of it. */
  limitOf(source: Source): number {
    const keep_days = source === RAW ? this.work.plan.raw_keep_days : source.keep_days
    return keep_days === 0 ? -Infinity : this.edge(source, this.work.today - keep_days * DAY_MS)
  }

  /** The last edge at which a source may be cut. */
  edge(source: Source, moment: number): number {
    return this.work.buckets.edgeBefore(cuttingTier(this.work, source), moment)
  }

  async expire(source: Source, until: number): Promise<void> {
    if (until === -Infinity) return
    for (let last: Expiry = 'expired'; last === 'expired';) last = await this.expireOldest(source, until)
  }

  /** The oldest day, or less. */
  async expireOldest(source: Source, until: number): Promise<Expiry> {
    const { store, buckets, catalog } = this.work
    const name = nameOfSource(source)
    await this.lookBack(source, until)
    const extent = await store.extent(source)
    const from = Math.max(extent?.from ?? Infinity, this.done.get(name) ?? -Infinity)
    if (from >= until) return 'nothing'
    if (coarserThan(this.work, source).some((tier) => this.work.missing.has(tier))) {
      if (store.expiry === 'server') return 'held'
      const reason = `Of ${name}, nothing is deleted as long as there is no place for what is made of it`
      return this.holdBack(source, { from, to: until }, reason)
    }
    const kept = await this.heldBack.undeletable(source, { from, to: until })
    if (kept && kept.from <= from) {
      await this.heldBack.tell(source, { from, to: kept.to }, kept.reason)
      this.done.set(name, kept.to)
      return this.expireOldest(source, until)
    }
    const end = kept?.from ?? until
    const tier = this.standingFor(source, from)
    const begin = tier ? buckets.edgeBefore(tier, from) : from
    const reached = tier ? (catalog.watermark(tier.name) ?? begin) : until
    const some = tier ? buckets.between(tier, { from: begin, to: reached }, DAY_MS) : []
    const range = { from, to: Math.min(end, tier ? rangeOf(some).to : from + DAY_MS) }
    if (range.to <= from) return this.holdBack(source, { from, to: until })
    const goThrough = () => this.goThrough(source, range, until, tier && { tier, buckets: some })
    // What came in between would be deleted, and stand in no row.
    const isSure = source === RAW ? await this.work.keepOut(range, goThrough) : await goThrough()
    if (!isSure) return this.holdBack(source, { from, to: until })
    this.done.set(name, range.to)
    return 'expired'
  }

  /** @param standing what stands for it: none where it is past every life @returns false where that is not sure */
  private async goThrough(source: Source, range: TimeRange, until: number, standing?: Standing): Promise<boolean> {
    const { store } = this.work
    const device_ids = await store.devices(source, range)
    if (device_ids.length === 0) return true
    if (standing && !(await this.standsFor(standing, source, range, device_ids))) return false
    if (store.expiry === 'us') await this.remove(source, range, until, standing ? device_ids : [])
    return true
  }

  /**
   * What is left behind goes first: were the readings after it gone before, the next one would count from there what rows have
   * counted already.
   */
  private async lookBack(source: Source, until: number): Promise<void> {
    const name = nameOfSource(source)
    if (until <= (this.lookedBack.get(name) ?? -Infinity)) return
    this.lookedBack.set(name, until)
    if (await this.isSomethingLeft(source, until)) this.done.delete(name)
  }

  /** Late readings, and those that were the last ones of their device. */
  private async isSomethingLeft(source: Source, until: number): Promise<boolean> {
    const { store } = this.work
    const done = this.done.get(nameOfSource(source))
    const extent = done === undefined || store.expiry === 'server' ? undefined : await store.extent(source)
    if (done === undefined || extent === undefined || extent.from >= done) return false
    const left = await store.devices(source, { from: extent.from, to: done })
    return source !== RAW || (await this.lastReadings.silentIn({ from: done, to: until }, left)).length < left.length
  }

  /** The finest tier that keeps what was at that moment; none where that is past every life. */
  private standingFor(source: Source, moment: number): Tier | undefined {
    const { buckets, today } = this.work
    return coarserThan(this.work, source).find((tier) => beginningOfLife(buckets, tier, today) <= moment)
  }

  private async standsFor(
    { tier, buckets }: Standing,
    source: Source,
    { to }: TimeRange,
    device_ids: readonly string[],
  ): Promise<boolean> {
    if (source === RAW) return this.readings.standsFor(tier, { buckets, device_ids }, to)
    for (const { windows } of stagesOf(buckets, device_ids)) {
      for (const window of windows) await this.roller.roll(tier, window, 'check')
    }
    return true
  }

  /** @param device_ids those whose last reading stays; none: nothing does */
  private async remove(source: Source, range: TimeRange, until: number, device_ids: readonly string[]): Promise<void> {
    const { store, tally } = this.work
    const measured = await store.measure(source, range)
    const rows =
      source === RAW && device_ids.length > 0
        ? await this.lastReadings.expireOthers(range, until, device_ids)
        : await store.expire({ source, ...range, device_ids: [] })
    tally.expired(source, { rows: rows > 0 ? rows : (measured.rows ?? 0), ...bytesOf(measured) }, range.to)
  }

  private async holdBack(source: Source, range: TimeRange, reason?: string): Promise<Expiry> {
    await this.heldBack.tell(source, range, reason)
    return 'held'
  }
}

function bytesOf({ bytes }: { readonly bytes?: number }): { bytes?: number } {
  return bytes === undefined ? {} : { bytes }
}
