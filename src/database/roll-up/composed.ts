import type { TimeRange } from '../history/record-source'
import type { RollUp } from '../tiers/roll-up'

/** Rows of longer buckets, of one device's shorter ones. */
export function composed(rows: readonly RollUp[], buckets: readonly TimeRange[]): RollUp[] {
  void [rows, buckets]
  return []
}
