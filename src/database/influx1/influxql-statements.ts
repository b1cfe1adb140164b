import { MEASURED_FIELDS } from '../../domain/reading'
import type { RecordQuery, Selection } from '../history/record-source'
import { anyOf } from '../influx/any-of'
import { timestampText } from '../influx/timestamp-text'
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

export function selectFirst(selection: Selection, field: string, order: HistoryOrder, place: Place): Statement {
  return statement(selection, place, [field], [], `ORDER BY time ${DIRECTIONS[order]} LIMIT 1`)
}

/** `device_id` comes as the tag of the series, not as a column. */
export function selectNewest(selection: Selection, columns: readonly string[], place: Place): Statement {
  return statement(selection, place, columns, [], 'GROUP BY "device_id" ORDER BY time DESC LIMIT 1')
}

function statement(
  { measurement, from, to, device_ids }: Selection,
  { retention_policy }: Place,
  columns: readonly string[],
  conditions: readonly string[],
  end: string,
): Statement {
  const bound: Record<string, string> = { from: timestampText(from), to: timestampText(to) }
  device_ids.forEach((device_id, index) => (bound[`device${index}`] = device_id))
  const devices = device_ids.map((_, index) => `"device_id" = $device${index}`)
  const where = ['time >= $from AND time < $to', ...(devices.length > 0 ? [anyOf(devices, 'OR')] : []), ...conditions]
  const place = retention_policy === undefined ? '' : `${identifier(retention_policy)}.`
  const names = columns.map((column) => `"${column}"`)
  const text = `SELECT ${names.join(', ')} FROM ${place}"${measurement}" WHERE ${where.join(' AND ')} ${end}`
  return { text, bound }
}

function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}
