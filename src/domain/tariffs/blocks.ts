import { endOfBlock, rowFor, type PriceStretch } from './pricing'
import type { PriceRow } from './tariff'

export interface BlockUse {
  readonly row: PriceRow
  readonly energy_kwh: number
}

/** Energy of a stretch, shared out to the rows that apply one after the other. */
export function blocksOf({ rows, period }: PriceStretch, used_kwh: number, energy_kwh: number): BlockUse[] {
  const blocks: BlockUse[] = []
  let at_kwh = used_kwh
  let left_kwh = energy_kwh
  while (left_kwh > 0) {
    const row = rowFor(rows, period, at_kwh)
    const end_kwh = endOfBlock(row, period)
    const part_kwh = Math.min(left_kwh, end_kwh - at_kwh)
    blocks.push({ row, energy_kwh: part_kwh })
    left_kwh -= part_kwh
    at_kwh = end_kwh
  }
  return blocks
}
