import { MEASURED_KEYS } from '../../domain/reading'
import type { BucketRule, HistoryBucket, HistoryQuery } from '../database'
import type { HistoryPosition } from './history-cursor'
import { compareOldestFirst } from './merge'
import { bucketsOf, edgeAfter, edgeBefore, edgesAway, type Buckets } from './bucket-edges'
import { BucketWindow } from './bucket-window'
import type { RecordSource, Selection, TimeRange } from './record-source'

/** Of one device at a time: what is computed for one sample stays short. */
const BUCKETS_OF_A_WINDOW = 1000

type BucketQuery = Omit<HistoryQuery, 'device_ids'> & { readonly bucket: BucketRule; readonly maximum_gap_ms: number }

/** The buckets of a query from a position on, in order, in parts; read as they are taken. */
export async function* bucketsInOrder(
  source: RecordSource,
  selection: Selection,
  query: BucketQuery,
  position: HistoryPosition | undefined,
): AsyncGenerator<HistoryBucket[]> {
  const { order, maximum_gap_ms, limit } = query
  const edges = bucketsOf(query.bucket)
  const isForward = order === 'oldest-first'
  const fields = query.fields.length > 0 ? query.fields : MEASURED_KEYS
  const devices = selection.device_ids.length || (await source.newest({ ...selection, from: 0 }, ['device_id'])).length
  const count = Math.min(BUCKETS_OF_A_WINDOW, Math.ceil(limit / Math.max(1, devices)) + 1)
  let rest = restOf(selection, order, edges, position)
  while (rest.from < rest.to) {
    const range = isForward
      ? { from: rest.from, to: Math.min(rest.to, edgesAway(edges, edgeBefore(edges, rest.from), count)) }
      : { from: Math.max(rest.from, edgesAway(edges, edgeAfter(edges, rest.to), -count)), to: rest.to }
    const options = { buckets: edges, maximum_gap_ms, fields }
    const buckets = await new BucketWindow(source, { ...selection, ...range }, options).read()
    rest = isForward ? { from: range.to, to: rest.to } : { from: rest.from, to: range.from }
    if (buckets.length > 0) {
      buckets.sort(isForward ? compareOldestFirst : (one, other) => compareOldestFirst(other, one))
      yield buckets
      continue
    }
    const next = await source.first({ ...selection, from: rest.from - maximum_gap_ms, to: rest.to }, order)
    if (next === undefined) return
    rest = isForward
      ? { from: Math.max(rest.from, edgeBefore(edges, next)), to: rest.to }
      : { from: rest.from, to: Math.min(rest.to, edgeAfter(edges, next + maximum_gap_ms + 1)) }
  }
}

function restOf(
  { from, to }: TimeRange,
  order: HistoryQuery['order'],
  edges: Buckets,
  position: HistoryPosition | undefined,
): TimeRange {
  if (!position) return { from, to }
  return order === 'oldest-first'
    ? { from: Math.max(from, position.timestamp), to }
    : { from, to: Math.min(to, edges.at(position.timestamp).to) }
}
