import { MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'
import type { HistoryBucket, HistoryRow } from '../database'
import { bucketsOf, edgeAfter, edgeBefore, edgesAway, type Buckets } from '../history/bucket-edges'
import { downsample, sampleFields } from '../history/downsample'
import { compareOldestFirst, merge } from '../history/merge'
import { MOST_SUSPECTS, type Sample } from '../roll-up/sample'
import { columnOf, fromStored, type Column } from './sqlite-columns'
import type { PartQuery } from './sqlite-messages'
import {
  FIND_DEVICE,
  FIRST_FROM,
  FIRST_GOOD_FROM,
  LAST_BEFORE,
  LAST_GOOD_BEFORE,
  selectRange,
  type Row,
  type Statements,
} from './sqlite-statements'

/** A device by its number in the file. */
interface DeviceKey {
  readonly device: number
  readonly device_id: string
}
interface Range {
  readonly from: number
  readonly to: number
}

const CHUNK_ROWS = 1000
const LEAST_CHUNK_ROWS = 8
/** A day of one device is read in one go, or a bucket where that is longer; then others have their turn. */
const WINDOW_MS = 86_400_000

/**
 * The rows or buckets of a query, in order, from its position on; read as they are taken. Each device is a source of
 * its own, along the primary key, and the sources are merged: that needs no second index in the file.
 */
export class SqliteHistory {
  constructor(
    private readonly statements: Statements,
    private readonly maximum_gap_ms: number,
  ) {}

  rows(query: PartQuery): Generator<HistoryRow | HistoryBucket | undefined> {
    const devices = query.device_ids.map((device_id) => this.find(device_id)).filter((device) => device !== undefined)
    // What one source will be asked for, if all of them have the same share of the page.
    const share = Math.ceil(query.limit / Math.max(1, devices.length)) + 1
    const edges = query.bucket && bucketsOf(query.bucket)
    const sources = devices.map((device): Iterable<HistoryRow | HistoryBucket> =>
      edges === undefined ? this.readings(device, query, share) : this.buckets(device, query, edges, share),
    )
    return merge(sources, query.order)
  }

  private find(device_id: string): DeviceKey | undefined {
    const row = this.statements.first(FIND_DEVICE, [device_id])
    return row && { device: Number(row[0]), device_id }
  }

  private *readings(key: DeviceKey, query: PartQuery, share: number): Generator<HistoryRow> {
    const columns = (query.fields.length === 0 ? MEASURED_KEYS : query.fields).map(columnOf)
    const range = restOf(query, key.device_id)
    for (const row of this.range(key, range, columns, query.order, share, query.fields.length > 0)) {
      yield decode(key.device_id, row, columns)
    }
  }

  private *range(
    key: DeviceKey,
    { from, to }: Range,
    columns: readonly Column[],
    order: PartQuery['order'],
    first_rows = CHUNK_ROWS,
    needed = false,
  ): Generator<Row> {
    const isForward = order === 'oldest-first'
    const sql = selectRange(columns, isForward ? 'ASC' : 'DESC', needed)
    let limit = Math.min(CHUNK_ROWS, Math.max(LEAST_CHUNK_ROWS, first_rows))
    for (;;) {
      const rows = this.statements.all(sql, [key.device, from, to, limit])
      yield* rows
      const last = rows.at(-1)
      if (!last || rows.length < limit) return
      if (isForward) from = Number(last[0]) + 1
      else to = Number(last[0])
      limit = Math.min(CHUNK_ROWS, 2 * limit)
    }
  }

  /** Some buckets at a time, always computed forwards; what lies between the readings is jumped over. */
  private *buckets(key: DeviceKey, query: PartQuery, edges: Buckets, share: number): Generator<HistoryBucket> {
    const rest = restOf(query, key.device_id, edges)
    const { from, to } = edges.at(rest.from)
    const count = Math.max(1, Math.min(share, Math.floor(WINDOW_MS / (to - from))))
    if (query.order === 'oldest-first') yield* this.bucketsForward(key, query, edges, count, rest)
    else yield* this.bucketsBackward(key, query, edges, count, rest)
  }

  private *bucketsForward(
    key: DeviceKey,
    query: PartQuery,
    edges: Buckets,
    count: number,
    { from, to }: Range,
  ): Generator<HistoryBucket> {
    while (from < to) {
      const end = Math.min(to, edgesAway(edges, edgeBefore(edges, from), count))
      const before = this.moment(LAST_BEFORE, key, from)
      if (before === undefined || before + this.maximum_gap_ms <= from) {
        const next = this.moment(FIRST_FROM, key, from, to)
        if (next === undefined) return
        if (next >= end) {
          from = edgeBefore(edges, next)
          continue
        }
      }
      yield* this.window(key, query, edges, { from, to: end })
      from = end
    }
  }

  private *bucketsBackward(
    key: DeviceKey,
    query: PartQuery,
    edges: Buckets,
    count: number,
    { from, to }: Range,
  ): Generator<HistoryBucket> {
    while (from < to) {
      const last = this.moment(LAST_BEFORE, key, to)
      if (last === undefined) return
      const end = Math.min(to, edgeAfter(edges, last + this.maximum_gap_ms))
      const start = Math.max(from, edgesAway(edges, edgeAfter(edges, end), -count))
      if (end <= from) return
      const buckets = [...this.window(key, query, edges, { from: start, to: end })]
      yield* buckets.reverse()
      to = start
    }
  }

  private *window(
    key: DeviceKey,
    { fields: asked }: PartQuery,
    edges: Buckets,
    range: Range,
  ): Generator<HistoryBucket> {
    const fields = asked.length === 0 ? MEASURED_KEYS : asked
    const samples = this.samples(key, range, sampleFields(fields).map(columnOf))
    const options = { ...range, buckets: edges, maximum_gap_ms: this.maximum_gap_ms, fields }
    for (const bucket of downsample(samples, options)) yield { device_id: key.device_id, ...bucket }
  }

  /** Those that `downsample` asks for. */
  private *samples(key: DeviceKey, range: Range, columns: Column[]): Generator<Sample> {
    const gap_ms = this.maximum_gap_ms
    const before = this.moment(LAST_GOOD_BEFORE, key, range.from, MOST_SUSPECTS + 1)
    const from = Math.min(before ?? range.from, range.from - gap_ms)
    for (const row of this.range(key, { from, to: range.to }, columns, 'oldest-first')) yield toSample(row, columns)
    const after = this.moment(FIRST_GOOD_FROM, key, range.to, range.to + gap_ms + 1)
    if (after === undefined) return
    for (const row of this.range(key, { from: after, to: after + 1 }, columns, 'oldest-first', 1))
      yield toSample(row, columns)
  }

  private moment(sql: string, key: DeviceKey, ...bounds: number[]): number | undefined {
    const row = this.statements.first(sql, [key.device, ...bounds])
    return row && Number(row[0])
  }
}

/** What is left of the range behind the position, for a source of buckets, or else of readings. */
function restOf({ from, to, order, position }: PartQuery, device_id: string, edges?: Buckets): Range {
  if (!position) return { from, to }
  const end = edges ? edges.at(position.timestamp).to : position.timestamp + 1
  const isAfter = compareOldestFirst({ timestamp: position.timestamp, device_id }, position) > 0
  const isBefore = compareOldestFirst({ timestamp: position.timestamp, device_id }, position) < 0
  if (order === 'oldest-first') return { from: Math.max(from, isAfter ? position.timestamp : end), to }
  return { from, to: Math.min(to, isBefore ? end : position.timestamp) }
}

function toSample(row: Row, columns: readonly Column[]): Sample {
  const values = new Array<number>(columns.length)
  for (let index = 0; index < columns.length; index += 1) {
    const stored = row[index + 2]
    values[index] = stored === null ? Number.NaN : Number(stored) / (columns[index] as Column).scale
  }
  return { timestamp: Number(row[0]), suspect: row[1] !== 0, values }
}

function decode(device_id: string, row: Row, columns: readonly Column[]): HistoryRow {
  const decoded: HistoryRow = { device_id, timestamp: Number(row[0]), quality: row[1] === 0 ? 'good' : 'suspect' }
  return decodeInto(decoded, row, columns)
}

/** Adds the values that a row has to an object of ours. */
export function decodeInto<Target extends Partial<Record<MeasuredKey, number | boolean>>>(
  target: Target,
  row: Row,
  columns: readonly Column[],
): Target {
  columns.forEach((column, index) => {
    const stored = row[index + 2]
    if (stored !== null)
      (target as Partial<Record<MeasuredKey, number | boolean>>)[column.key] = fromStored(column, Number(stored))
  })
  return target
}
