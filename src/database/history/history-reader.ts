import { invalid } from '../../domain/errors'
import { MEASURED_KEYS, TIMESTAMP_RANGE, type Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryBucket, HistoryPage, HistoryQuery, HistoryRow, RecordedQuery } from '../database'
import { encodeCursor, positionOf, type HistoryPosition } from './history-cursor'
import { READING, RECORDED_ENERGY } from '../line-protocol/line'
import { storedText } from '../line-protocol/line-text'
import { compareOldestFirst } from './merge'
import { bucketsInOrder } from './buckets'
import { inOrder } from './in-order'
import type { RecordSource, Selection } from './record-source'
import { READING_COLUMNS, RECORDED_COLUMNS, readingOf, recordedOf, ROW_COLUMNS, rowOf } from './records'
import { Turns } from './turns'

/** In one answer, at most and at least: large ones take long to decode, small ones take long to ask for. */
const RECORDS_AT_A_TIME = { minimum: 50, maximum: 1000 } as const
/** From the beginning: what a server looks back on is its own affair. */
const EVER = { from: TIMESTAMP_RANGE.minimum, to: TIMESTAMP_RANGE.maximum + 1 }

/** Answers what `Store` is asked, out of what a server can select. */
export class HistoryReader {
  constructor(
    private readonly source: RecordSource,
    private readonly maximum_gap_ms: number,
  ) {}

  async history(query: HistoryQuery): Promise<HistoryPage> {
    const position = positionOf(query)
    const sign = query.order === 'oldest-first' ? 1 : -1
    const rows: (HistoryRow | HistoryBucket)[] = []
    for await (const part of this.parts(query, position)) {
      for (const row of part) {
        if (position && sign * compareOldestFirst(row, position) <= 0) continue
        if (rows.length === query.limit) return { rows, cursor: encodeCursor(query, rows.at(-1) as HistoryRow) }
        rows.push(row)
      }
    }
    return { rows }
  }

  /** In the order in which devices are named, else by device. */
  async latest(device_ids?: readonly string[]): Promise<Reading[]> {
    const selection = { ...selectionOf(READING, device_ids ?? []), ...EVER }
    if (device_ids?.length === 0) return []
    const newest = new Map<string, Reading>()
    for (const record of await this.source.newest(selection, [...READING_COLUMNS, ...MEASURED_KEYS])) {
      const reading = readingOf(record, MEASURED_KEYS)
      if (reading && !((newest.get(reading.device_id)?.timestamp ?? 0) > reading.timestamp)) {
        newest.set(reading.device_id, reading)
      }
    }
    const wanted = device_ids ?? [...newest.keys()].sort()
    return wanted.map((device_id) => newest.get(device_id)).filter((reading) => reading !== undefined)
  }

  async recorded(query: RecordedQuery): Promise<RecordedEnergy[]> {
    const { from, to, order, limit } = query
    const sign = order === 'oldest-first' ? 1 : -1
    const selection = { ...selectionOf(RECORDED_ENERGY, query.device_ids), from, to }
    const asked = { ...selection, columns: RECORDED_COLUMNS, needed: [], order, limit: atATime(limit) }
    const found: RecordedEnergy[] = []
    for await (const records of inOrder(this.source, asked)) {
      const part = records.map(recordedOf).filter((record) => record !== undefined)
      found.push(...part.sort((one, other) => sign * compareRecorded(one, other)))
      if (found.length >= limit) break
    }
    return found.slice(0, limit)
  }

  private parts(query: HistoryQuery, position?: HistoryPosition): AsyncGenerator<(HistoryRow | HistoryBucket)[]> {
    const { from, to, bucket } = query
    const selection = { ...selectionOf(READING, query.device_ids), from, to }
    if (bucket === undefined) return this.rows(selection, query, position)
    const { maximum_gap_ms } = this
    return bucketsInOrder(this.source, selection, { ...query, bucket, maximum_gap_ms }, position)
  }

  private async *rows(
    selection: Selection,
    { fields, order, limit }: HistoryQuery,
    position: HistoryPosition | undefined,
  ): AsyncGenerator<HistoryRow[]> {
    const isForward = order === 'oldest-first'
    const from = position && isForward ? Math.max(selection.from, position.timestamp) : selection.from
    const to = position && !isForward ? Math.min(selection.to, position.timestamp + 1) : selection.to
    const keys = fields.length > 0 ? fields : MEASURED_KEYS
    const columns = [...ROW_COLUMNS, ...keys]
    const turns = new Turns()
    const asked = { ...selection, from, to, columns, needed: fields, order, limit: atATime(limit) }
    for await (const records of inOrder(this.source, asked)) {
      const rows = records.map((record) => rowOf(record, keys)).filter((row) => row !== undefined)
      rows.sort(isForward ? compareOldestFirst : (one, other) => compareOldestFirst(other, one))
      yield rows.filter((row, index) => isNew(row, rows[index - 1]) && (fields.length === 0 || hasAny(row, fields)))
      if (turns.isOver) await turns.next()
    }
  }
}

function selectionOf(measurement: Selection['measurement'], device_ids: readonly string[]) {
  for (const device_id of device_ids) {
    if (typeof device_id !== 'string') throw invalid('INPUT_INVALID', 'device_ids', device_id, 'text')
  }
  return { measurement, device_ids: device_ids.map(storedText) }
}

/** One more than a page tells whether there is another, and one moment may be cut off. */
function atATime(limit: number): number {
  return Math.min(RECORDS_AT_A_TIME.maximum, Math.max(RECORDS_AT_A_TIME.minimum, limit + 2))
}

/** A device whose model has changed may have two series with one moment. */
function isNew(row: HistoryRow, before: HistoryRow | undefined): boolean {
  return before === undefined || compareOldestFirst(row, before) !== 0
}

function hasAny(row: HistoryRow, fields: HistoryQuery['fields']): boolean {
  return fields.some((field) => row[field] !== undefined)
}

function compareRecorded(one: RecordedEnergy, other: RecordedEnergy): number {
  return compareOldestFirst(one, other) || one.duration_ms - other.duration_ms
}
