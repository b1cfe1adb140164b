import type { TimeRange } from '../../database/history/record-source'
import { composed } from '../../database/roll-up/composed'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Tier } from '../../database/tiers/tier'
import { betterSource } from './better-row'
import type { Window } from './windows'
import { finerThan, type Work } from './work'

/** A row made anew, and what of. */
export interface MadeRow {
  readonly row: RollUp
  readonly isComposed: boolean
}

/** Makes rows of a tier; nothing is written. Of raw readings while they reach, else of the next finer tier. */
export class RowMaker {
  constructor(private readonly work: Work) {}

  /** @param finer_alone raw readings are not looked at where there is a finer tier */
  async make(tier: Tier, window: Window, finer_alone = false): Promise<MadeRow[]> {
    const finer = finerThan(this.work, tier)
    if (!finer) return (await this.ofReadings(tier, window)).map((row) => ({ row, isComposed: false }))
    const ofRows = await this.ofRows(tier, finer, window)
    const ofReadings = finer_alone ? [] : await this.ofReadings(tier, window)
    return this.better(ofReadings, ofRows)
  }

  private better(ofReadings: readonly RollUp[], ofRows: readonly RollUp[]): MadeRow[] {
    const keyed = (rows: readonly RollUp[]) => new Map(rows.map((row) => [keyOf(row), row]))
    const [raw, rows] = [keyed(ofReadings), keyed(ofRows)]
    return [...new Set([...raw.keys(), ...rows.keys()])].flatMap((key) => {
      const row = betterSource(raw.get(key), rows.get(key))
      return row ? [{ row, isComposed: row === rows.get(key) }] : []
    })
  }

  private async ofReadings({ fields }: Tier, { buckets, device_ids }: Window): Promise<RollUp[]> {
    const { raw, store } = this.work
    const reached = raw ? buckets.filter(({ to }) => to > raw.from) : []
    return reached.length === 0 ? [] : store.rollUp({ buckets: reached, device_ids, fields })
  }

  private async ofRows(tier: Tier, finer: Tier, { buckets, device_ids }: Window): Promise<RollUp[]> {
    const { from, to } = rangeOf(buckets)
    const rows = await this.work.store.read({ tier: finer, from, to, device_ids, fields: tier.fields })
    return byDevice(rows).flatMap((own) => composed(own, buckets))
  }
}

export function keyOf({ device_id, timestamp, duration_ms }: RollUp): string {
  return `${timestamp} ${duration_ms} ${device_id}`
}

/** From the beginning of the first to the end of the last. */
export function rangeOf(buckets: readonly TimeRange[]): TimeRange {
  return { from: buckets[0]?.from ?? 0, to: buckets.at(-1)?.to ?? 0 }
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
