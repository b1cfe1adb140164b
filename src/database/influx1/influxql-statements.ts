import { MEASURED_FIELDS } from '../../domain/reading'
import { markOf } from '../history/measurements'
import type { Measurement, RecordQuery, Selection } from '../history/record-source'
import { anyOf } from '../influx/any-of'
import { timestampText } from '../influx/timestamp-text'
import type { CountQuery } from '../influx/tiers/tier-records'
import type { HistoryOrder } from '../history/merge'

/** Values stand apart from the statement: InfluxDB 1.x binds them by their names. */
export interface Statement {
  readonly text: string
  readonly bound: Readonly<Record<string, string>>
}

/** Where measurements are; the name comes from the settings. */
interface Place {
  readonly retention_policy?: string
}

const DIRECTIONS: Readonly<Record<HistoryOrder, string>> = { 'oldest-first': 'ASC', 'newest-first': 'DESC' }

export function selectRecords(query: RecordQuery, place: Place): Statement {
  const { columns, needed, order, limit } = query
  const values = needed.map((key) => {
    // There is no `IS NOT NULL`; a comparison with what is absent is false.
    const isBoolean = MEASURED_FIELDS[key].type === 'boolean'
    return isBoolean ? `"${key}" = true OR "${key}" = false` : `"${key}" >= 0 OR "${key}" < 0`
  })
  const conditions = values.length > 0 ? [`(${values.join(' OR ')})`] : []
  return statement(query, place, columns, conditions, `ORDER BY time ${DIRECTIONS[order]} LIMIT ${limit}`)
}

export function selectFirst(selection: Selection, order: HistoryOrder, place: Place): Statement {
  return statement(selection, place, [markOf(selection.measurement)], [], `ORDER BY time ${DIRECTIONS[order]} LIMIT 1`)
}

/** `device_id` comes as the tag of the series, not as a column. */
export function selectNewest(selection: Selection, columns: readonly string[], place: Place): Statement {
  return statement(selection, place, columns, [], 'GROUP BY "device_id" ORDER BY time DESC LIMIT 1')
}

/** One count for each series, which is a device and model. */
export function selectCounts(query: CountQuery, place: Place): Statement {
  const { measurement, bucket_ms, origin, good } = query
  const what = `count("${markOf(measurement)}") AS "count"`
  const conditions = good ? [`"quality" = 'good'`] : []
  const end = `GROUP BY *, time(${bucket_ms}ms, ${origin % bucket_ms}ms) fill(none)`
  return {
    text: `SELECT ${what} ${fromOf(measurement, place)} ${whereOf(query, conditions)} ${end}`,
    bound: boundOf(query),
  }
}

export function showFields(measurement: Measurement, place: Place): Statement {
  return { text: `SHOW FIELD KEYS ${fromOf(measurement, place)}`, bound: {} }
}

/** Of all retention policies: InfluxDB 1.x refuses to delete from one alone. */
export function deleteRecords(selection: Selection): Statement {
  const text = `DELETE ${fromOf(selection.measurement, {})} ${whereOf(selection, [])}`
  return { text, bound: boundOf(selection) }
}

function statement(
  selection: Selection,
  place: Place,
  columns: readonly string[],
  conditions: readonly string[],
  end: string,
): Statement {
  const names = columns.map((column) => `"${column}"`)
  const from = fromOf(selection.measurement, place)
  const text = `SELECT ${names.join(', ')} ${from} ${whereOf(selection, conditions)} ${end}`
  return { text, bound: boundOf(selection) }
}

function fromOf(measurement: Measurement, { retention_policy }: Place): string {
  const place = retention_policy === undefined ? '' : `${identifier(retention_policy)}.`
  return `FROM ${place}"${measurement}"`
}

function whereOf({ device_ids }: Selection, conditions: readonly string[]): string {
  const devices = device_ids.map((_, index) => `"device_id" = $device${index}`)
  const all = ['time >= $from AND time < $to', ...(devices.length > 0 ? [anyOf(devices, 'OR')] : []), ...conditions]
  return `WHERE ${all.join(' AND ')}`
}

function boundOf({ from, to, device_ids }: Selection): Statement['bound'] {
  const bound: Record<string, string> = { from: timestampText(from), to: timestampText(to) }
  device_ids.forEach((device_id, index) => (bound[`device${index}`] = device_id))
  return bound
}

function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}
