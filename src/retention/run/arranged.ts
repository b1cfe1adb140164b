import type { TimeRange } from '../../database/history/record-source'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Window } from './windows'

type Row = Pick<RollUp, 'device_id' | 'timestamp' | 'duration_ms'>

export interface Arrangement {
  /** Those that are there, from so far before the buckets that none which reaches into them is missing. */
  readonly rows: readonly Row[]
  /** Rows that they are made of. */
  readonly finer?: readonly Row[]
}

/**
 * Buckets as rows have them that are there: those that were made under another plan stay as they are, also where they begin before
 * the first bucket, and what lies between is cut to fit. Mostly all devices have the same.
 */
export function arranged({ buckets, device_ids }: Window, { rows, finer = [] }: Arrangement): Window[] {
  const starts = new Map(buckets.map(({ from, to }) => [from, to]))
  const own = spansByDevice(
    rows.filter(({ timestamp, duration_ms }) => starts.get(timestamp) !== timestamp + duration_ms),
  )
  const edges = [...starts.keys(), buckets.at(-1)?.to ?? 0]
  const split = spansByDevice(finer.filter((row) => edges.some((edge) => isInside(spanOf(row), edge))))
  const found = new Map<string, { buckets: readonly TimeRange[]; device_ids: string[] }>()
  for (const id of device_ids) {
    const kept = fitted(buckets, own.get(id) ?? [])
    const fits = split.has(id) ? snapped(kept, split.get(id) ?? []) : kept
    const key = fits === buckets ? '' : fits.map(({ from, to }) => `${from}-${to}`).join()
    const same = found.get(key)
    if (same) same.device_ids.push(id)
    else found.set(key, { buckets: fits, device_ids: [id] })
  }
  return [...found.values()].filter((window) => window.buckets.length > 0)
}

function fitted(buckets: readonly TimeRange[], rows: readonly TimeRange[]): readonly TimeRange[] {
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (!first || !last) return []
  const spans = rows.filter(({ from, to }) => to > first.from && from < last.to)
  if (spans.length === 0) return buckets
  const edges = [...buckets, ...spans].flatMap(({ from, to }) => [from, to])
  return betweenEdges(edges.filter((edge) => !spans.some((span) => isInside(span, edge)))).filter(
    ({ from, to }) => from < last.to && to > first.from,
  )
}

/** No bucket ends inside of a row that it is made of: it ends with the row. */
function snapped(buckets: readonly TimeRange[], rows: readonly TimeRange[]): TimeRange[] {
  const snap = (edge: number) => rows.find((row) => isInside(row, edge))?.to ?? edge
  return betweenEdges(buckets.flatMap(({ from, to }) => [snap(from), snap(to)]))
}

function isInside({ from, to }: TimeRange, edge: number): boolean {
  return from < edge && edge < to
}

function betweenEdges(edges: readonly number[]): TimeRange[] {
  const sorted = [...new Set(edges)].sort((one, other) => one - other)
  return sorted.slice(1).map((to, index) => ({ from: sorted[index] as number, to }))
}

function spansByDevice(rows: readonly Row[]): Map<string, TimeRange[]> {
  const spans = new Map<string, TimeRange[]>()
  for (const row of rows) {
    const own = spans.get(row.device_id)
    if (own) own.push(spanOf(row))
    else spans.set(row.device_id, [spanOf(row)])
  }
  return spans
}

function spanOf({ timestamp, duration_ms }: Row): TimeRange {
  return { from: timestamp, to: timestamp + duration_ms }
}
