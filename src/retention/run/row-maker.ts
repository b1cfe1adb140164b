import { longestMs } from '../../domain/local-buckets'
import { composed } from '../../database/roll-up/composed'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Tier } from '../../database/tiers/tier'
import { betterSource } from './better-row'
import { rangeOf, type Window } from './windows'
import { finerThan, type Work } from './work'

/**
 * `new`: buckets that nothing was made of before; `again`: their readings may have changed; `check`: what is there has to
 * stand for the finer rows that go.
 */
export type Purpose = 'new' | 'again' | 'check'

/** A row made anew, and what of. */
export interface MadeRow {
  readonly row: RollUp
  readonly isComposed: boolean
}

/** Makes rows of a tier; nothing is written. Of raw readings while they reach, else of the next finer tier. */
export class RowMaker {
  constructor(private readonly work: Work) {}

  /** Rows that those of the window can be made of; none where raw readings alone can. */
  async finerRows(tier: Tier, { buckets, device_ids }: Window): Promise<RollUp[]> {
    const finer = finerThan(this.work, tier)
    if (!finer) return []
    const { from, to } = rangeOf(buckets)
    const before = from - longestMs(finer.bucket)
    return this.work.store.read({ tier: finer, from: before, to, device_ids, fields: tier.fields })
  }

  /** @param finer from `finerRows` */
  async make(tier: Tier, window: Window, finer: readonly RollUp[], purpose: Purpose): Promise<MadeRow[]> {
    const ids = new Set(window.device_ids)
    const ofRows = byDevice(finer.filter(({ device_id }) => ids.has(device_id))).flatMap((rows) =>
      composed(rows, window.buckets),
    )
    const isEnough = purpose === 'check' && finerThan(this.work, tier) !== undefined
    return this.better(isEnough ? [] : await this.ofReadings(tier, window), ofRows)
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
}

export function keyOf({ device_id, timestamp, duration_ms }: RollUp): string {
  return `${timestamp} ${duration_ms} ${device_id}`
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
