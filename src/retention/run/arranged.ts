import type { TimeRange } from '../../database/history/record-source'
import type { RollUp } from '../../database/tiers/roll-up'
import type { Window } from './windows'

type Row = Pick<RollUp, 'device_id' | 'timestamp' | 'duration_ms'>

/**
 * Buckets as rows have them that are there: those that were made under another plan stay as they are, also where they begin before
 * the first bucket, and what lies between is cut to fit. Mostly all devices have the same.
 * @param rows all that reach into the buckets, and those of a bucket behind them
 * @param finer rows that they are made of once there is nothing better: no new bucket ends inside of one
 */
export function arranged({ buckets, device_ids }: Window, rows: readonly Row[], finer: readonly Row[]): Window[] {
  const [own, parts] = [spansByDevice(rows), spansByDevice(finer)]
  const found = new Map<string, { buckets: readonly TimeRange[]; device_ids: string[] }>()
  for (const id of device_ids) {
    const there = own.get(id) ?? []
    const fits = snapped(fitted(buckets, there), there, parts.get(id) ?? [])
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
  const planned = new Map(buckets.map(({ from, to }) => [from, to]))
  const spans = rows.filter(({ from, to }) => to > first.from && from < last.to)
  if (spans.every(({ from, to }) => planned.get(from) === to)) return buckets
  const edges = [...buckets, ...spans].flatMap(({ from, to }) => [from, to])
  return betweenEdges(edges.filter((edge) => !spans.some((span) => isInside(span, edge)))).filter(
    ({ from, to }) => from < last.to && to > first.from,
  )
}

/** Buckets that have no row yet end with the row that they would end in. */
function snapped(buckets: readonly TimeRange[], rows: readonly TimeRange[], finer: readonly TimeRange[]) {
  const moved = new Map<number, number>()
  for (const { to } of buckets) {
    const part = finer.find((row) => isInside(row, to))
    const isTaken = part && rows.some((row) => row.to === to || (row.from >= to && row.from < part.to))
    if (part && !isTaken) moved.set(to, part.to)
  }
  if (moved.size === 0) return buckets
  return betweenEdges(buckets.flatMap(({ from, to }) => [moved.get(from) ?? from, moved.get(to) ?? to]))
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
