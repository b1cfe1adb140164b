import type { TimeRange } from '../../database/history/record-source'
import type { RollUp } from '../../database/tiers/roll-up'

type Row = Pick<RollUp, 'timestamp' | 'duration_ms'>

/**
 * Buckets as rows have them that are there: those that were made under another plan stay as they are, and what lies between is
 * cut to fit.
 * @param buckets one after the other
 * @param rows from so far before the buckets that none which reaches into them is missing
 * @param overlapping whether a row that begins before the first bucket is one of them
 */
export function arranged(buckets: readonly TimeRange[], rows: readonly Row[], overlapping: boolean): TimeRange[] {
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (!first || !last) return []
  const spans = spansOf(rows).filter(({ from, to }) => to > first.from && from < last.to)
  const planned = new Map(buckets.map(({ from, to }) => [from, to]))
  if (spans.every(({ from, to }) => planned.get(from) === to)) return [...buckets]
  const edges = [...buckets, ...spans].flatMap(({ from, to }) => [from, to])
  return betweenEdges(edges.filter((edge) => !spans.some(({ from, to }) => from < edge && edge < to))).filter(
    ({ from, to }) => from < last.to && (overlapping ? to > first.from : from >= first.from),
  )
}

function betweenEdges(edges: readonly number[]): TimeRange[] {
  const sorted = [...new Set(edges)].sort((one, other) => one - other)
  return sorted.slice(1).map((to, index) => ({ from: sorted[index] as number, to }))
}

/** Devices have mostly the same: each once. */
function spansOf(rows: readonly Row[]): TimeRange[] {
  const spans = new Map<string, TimeRange>()
  for (const { timestamp: from, duration_ms } of rows) {
    spans.set(`${from} ${duration_ms}`, { from, to: from + duration_ms })
  }
  return [...spans.values()]
}
