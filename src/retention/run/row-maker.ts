import { longestMs } from '../../domain/local-buckets'
import type { MeasuredKey } from '../../domain/reading'
import { composed } from '../../database/roll-up/composed'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Tier } from '../../database/tiers/tier'
import { betterSource } from './better-row'
import { rangeOf, type Window } from './windows'
import { finerThan, type Work } from './work'

/** `check`: what is there has to stand for the finer rows that go; they alone are looked at. */
export type Purpose = 'roll' | 'check'

/** A row made anew, and what of: of readings, of rows, or of rows that do not end where its bucket does, under an older plan. */
export interface MadeRow {
  readonly row: RollUp
  readonly of: 'readings' | 'rows' | 'rows that do not fit'
}

/** Makes rows of a tier; nothing is written. Of raw readings while they reach, else of the next finer tier. */
export class RowMaker {
  constructor(private readonly work: Work) {}

  async make(tier: Tier, window: Window, purpose: Purpose): Promise<MadeRow[]> {
    const finer = finerThan(this.work, tier)
    if (!finer) return (await this.ofReadings(tier, window)).map((row) => ({ row, of: 'readings' }))
    const ofRows = await this.ofRows(tier, finer, window)
    const ofReadings = purpose === 'check' ? [] : await this.ofReadings(tier, window)
    const usable = ofRows.filter(({ row, of }) => of === 'rows' || this.isGone(row.timestamp))
    const made = new Map(usable.map((each) => [keyOf(each.row), each]))
    for (const row of ofReadings) {
      const other = made.get(keyOf(row))?.row
      if (!other || betterSource(row, other) === row) made.set(keyOf(row), { row, of: 'readings' })
    }
    return [...made.values()]
  }

  /** Finer rows, which alone say what was in the window once readings are gone. */
  async partsOf(tier: Tier, window: Window): Promise<RollUp[]> {
    const finer = finerThan(this.work, tier)
    return finer ? this.finerRows(finer, window, ['power_w']) : []
  }

  /** Readings of that moment, or the last one before it, from which energy would be counted. */
  private isGone(moment: number): boolean {
    return moment <= (this.work.catalog.raw_expired_before ?? -Infinity)
  }

  /** Those too that begin before, and reach into it. */
  private finerRows(finer: Tier, { buckets, device_ids }: Window, fields: readonly MeasuredKey[]): Promise<RollUp[]> {
    const { from, to } = rangeOf(buckets)
    return this.work.store.read({ tier: finer, from: from - longestMs(finer.bucket), to, device_ids, fields })
  }

  private async ofRows(tier: Tier, finer: Tier, window: Window): Promise<MadeRow[]> {
    const { buckets } = window
    const rows = await this.finerRows(finer, window, tier.fields)
    return byDevice(rows).flatMap((own) => {
      const cut = own.filter((row) => buckets.some((bucket) => isInside(row, bucket.from) || isInside(row, bucket.to)))
      return composed(own, buckets).map((row): MadeRow => {
        const isCut = cut.some(
          (each) => isInside(each, row.timestamp) || isInside(each, row.timestamp + row.duration_ms),
        )
        return { row, of: isCut ? 'rows that do not fit' : 'rows' }
      })
    })
  }

  private async ofReadings({ fields }: Tier, { buckets, device_ids }: Window): Promise<RollUp[]> {
    const { raw, store } = this.work
    const reached = raw ? buckets.filter(({ to }) => to > raw.from) : []
    return reached.length === 0 ? [] : store.rollUp({ buckets: reached, device_ids, fields })
  }
}

export function keyOf({ device_id, timestamp, duration_ms }: RollUp): string {
  return `${timestamp} ${duration_ms} ${device_id}`
}

function isInside({ timestamp, duration_ms }: RollUp, edge: number): boolean {
  return timestamp < edge && edge < timestamp + duration_ms
}

function byDevice(rows: readonly RollUp[]): RollUp[][] {
  const found = new Map<string, RollUp[]>()
  for (const row of rows) {
    const own = found.get(row.device_id)
    if (own) own.push(row)
    else found.set(row.device_id, [row])
  }
  return [...found.values()]
}
