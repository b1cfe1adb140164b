import { MEASURED_KEYS } from '../../domain/reading'
import type { HistoryBucket, HistoryQuery } from '../database'
import type { HistoryPosition } from './history-cursor'
import { compareOldestFirst } from './merge'
import { ceilTo, floorTo } from './bucket-edges'
import { BucketWindow } from './bucket-window'
import type { RecordSource, Selection, TimeRange } from './record-source'

/** Of one device at a time: what is computed for one sample stays short. */
const BUCKETS_OF_A_WINDOW = 1000

type BucketQuery = Omit<HistoryQuery, 'device_ids'> & { readonly bucket_ms: number; readonly maximum_gap_ms: number }

/** The buckets of a query from a position on, in order, in parts; read as they are taken. */
export async function* bucketsInOrder(
  source: RecordSource,
  selection: Selection,
  query: BucketQuery,
  position: HistoryPosition | undefined,
): AsyncGenerator<HistoryBucket[]> {
  const { order, bucket_ms, maximum_gap_ms, limit } = query
  const isForward = order === 'oldest-first'
  const fields = query.fields.length > 0 ? query.fields : MEASURED_KEYS
  const devices = selection.device_ids.length || (await source.newest({ ...selection, from: 0 }, ['device_id'])).length
  const count = Math.min(BUCKETS_OF_A_WINDOW, Math.ceil(limit / Math.max(1, devices)) + 1)
  let rest = restOf(selection, order, bucket_ms, position)
  while (rest.from < rest.to) {
    const range = isForward
      ? { from: rest.from, to: Math.min(rest.to, floorTo(bucket_ms, rest.from) + count * bucket_ms) }
      : { from: Math.max(rest.from, ceilTo(bucket_ms, rest.to) - count * bucket_ms), to: rest.to }
    const options = { bucket_ms, maximum_gap_ms, fields }
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
      ? { from: Math.max(rest.from, floorTo(bucket_ms, next)), to: rest.to }
      : { from: rest.from, to: Math.min(rest.to, ceilTo(bucket_ms, next + maximum_gap_ms + 1)) }
  }
}

function restOf(
  { from, to }: TimeRange,
  order: HistoryQuery['order'],
  bucket_ms: number,
  position: HistoryPosition | undefined,
): TimeRange {
  if (!position) return { from, to }
  return order === 'oldest-first'
    ? { from: Math.max(from, position.timestamp), to }
    : { from, to: Math.min(to, position.timestamp + bucket_ms) }
}
