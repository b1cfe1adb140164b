import { MEASURED_FIELDS, type MeasuredKey } from '../../domain/reading'
import type { FieldRollUp } from '../tiers/roll-up'
import { scalesOf } from './quantised'

/** Shares are sums of fractions: one that is meant to be reached may be missed by rounding. */
const ROUNDING = 1e-9

/**
 * The smallest value that is not exceeded in a part (0 to 1) of the time, estimated from that of several rows: within each,
 * values are taken to lie evenly between its minimum, its percentiles and its maximum.
 */
export function estimatedPercentile(key: MeasuredKey, rows: readonly FieldRollUp[], part: number): number {
  const held_s = rows.reduce((sum, row) => sum + row.held_s, 0)
  const wanted = part * held_s * (1 - ROUNDING)
  const isBoolean = MEASURED_FIELDS[key].type === 'boolean'
  const reached = (value: number) => {
    const shareOf = isBoolean ? shareOfBoolean : shareUpTo
    return rows.reduce((sum, row) => sum + row.held_s * shareOf(row, value), 0) >= wanted
  }
  const { value: scale } = scalesOf(key)
  let low = Math.round(Math.min(...rows.map((row) => row.minimum)) * scale)
  let high = Math.round(Math.max(...rows.map((row) => row.maximum)) * scale)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (reached(middle / scale)) high = middle
    else low = middle + 1
  }
  return low / scale
}

/** There is nothing between off and on, and the mean says exactly how much there is of both. */
function shareOfBoolean(row: FieldRollUp, value: number): number {
  return value < 1 ? 1 - row.mean : 1
}

function shareUpTo({ minimum, p50, p95, maximum }: FieldRollUp, value: number): number {
  return (
    0.5 * portionUpTo(minimum, p50, value) +
    0.45 * portionUpTo(p50, p95, value) +
    0.05 * portionUpTo(p95, maximum, value)
  )
}

function portionUpTo(from: number, to: number, value: number): number {
  if (value >= to) return 1
  return value <= from ? 0 : (value - from) / (to - from)
}
