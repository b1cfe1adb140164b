import type { Measurement, RecordQuery, Selection } from '../history/record-source'
import { timestampText } from '../influx/timestamp-text'
import type { CountQuery } from '../influx/tiers/tier-records'
import type { HistoryOrder } from '../history/merge'

/** Values stand apart from the statement: the server binds them by their names. */
export interface Statement {
  readonly text: string
  readonly bound: Readonly<Record<string, string>>
}

const DIRECTIONS: Readonly<Record<HistoryOrder, string>> = { 'oldest-first': 'ASC', 'newest-first': 'DESC' }

export function selectRecords(query: RecordQuery): Statement {
  const { columns, needed, order, limit } = query
  const values = needed.length > 0 ? ` AND (${needed.map((key) => `"${key}" IS NOT NULL`).join(' OR ')})` : ''
  const text = `SELECT ${names(columns)} ${whereOf(query)}${values} ORDER BY time ${DIRECTIONS[order]} LIMIT ${limit}`
  return { text, bound: boundOf(query) }
}

export function selectFirst(selection: Selection, order: HistoryOrder): Statement {
  const text = `SELECT time ${whereOf(selection)} ORDER BY time ${DIRECTIONS[order]} LIMIT 1`
  return { text, bound: boundOf(selection) }
}

export function selectNewest(selection: Selection, columns: readonly string[]): Statement {
  const place = 'row_number() OVER (PARTITION BY "device_id" ORDER BY time DESC) AS "place"'
  const text = `SELECT ${names(columns)} FROM (SELECT ${names(columns)}, ${place} ${whereOf(selection)}) WHERE "place" = 1`
  return { text, bound: boundOf(selection) }
}

/** A table has the columns that were ever written, and a statement may name no other. */
export function selectColumns(measurement: Measurement): Statement {
  const text = `SELECT column_name FROM information_schema.columns WHERE table_schema = 'iox' AND table_name = $table`
  return { text, bound: { table: measurement } }
}

export function selectDevices(selection: Selection): Statement {
  return { text: `SELECT DISTINCT "device_id" ${whereOf(selection)}`, bound: boundOf(selection) }
}

/** Moments, because a device whose model has changed has two series, which may tell of one. */
export function selectCounts(query: CountQuery): Statement {
  const { bucket_ms, origin, good } = query
  const bucket = `date_bin(INTERVAL '${bucket_ms} milliseconds', time, TIMESTAMP '${timestampText(origin)}')`
  const condition = good ? ` AND "quality" = 'good'` : ''
  const columns = `${bucket} AS "time", "device_id", count(DISTINCT time) AS "count"`
  return { text: `SELECT ${columns} ${whereOf(query)}${condition} GROUP BY 1, 2`, bound: boundOf(query) }
}

function whereOf({ measurement, device_ids }: Selection): string {
  const devices = device_ids.map((_, index) => `$device${index}`)
  const named = devices.length > 0 ? ` AND "device_id" IN (${devices.join(', ')})` : ''
  return `FROM "${measurement}" WHERE time >= $from AND time < $to${named}`
}

function boundOf({ from, to, device_ids }: Selection): Statement['bound'] {
  const bound: Record<string, string> = { from: timestampText(from), to: timestampText(to) }
  device_ids.forEach((device_id, index) => (bound[`device${index}`] = device_id))
  return bound
}

function names(columns: readonly string[]): string {
  return ['time', ...columns.map((column) => `"${column}"`)].join(', ')
}
