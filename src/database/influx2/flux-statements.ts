import { fluxInteger, fluxString } from '@influxdata/influxdb-client'
import { markOf, tagsOf } from '../history/measurements'
import type { RecordQuery, Selection, TimeRange } from '../history/record-source'
import { anyOf } from '../influx/any-of'
import { timestampText } from '../influx/timestamp-text'
import type { CountQuery } from '../influx/tiers/tier-records'
import type { HistoryOrder } from '../history/merge'

/*
 * All values become text before their tables are brought together: Flux refuses to mix types, and a field may have had
 * another one once.
 */

export function selectRecords(bucket: string, query: RecordQuery): string {
  const { columns, needed, order, limit } = query
  const values = needed.map((key) => `exists r[${text(key)}]`)
  return [
    ...from(bucket, query, columns),
    'toString()',
    'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")',
    ...(values.length > 0 ? [`filter(fn: (r) => ${anyOf(values, 'or')})`] : []),
    'group()',
    `sort(columns: ["_time"], desc: ${order === 'newest-first'})`,
    `limit(n: ${fluxInteger(limit).toString()})`,
    'drop(columns: ["_start", "_stop", "_measurement"])',
  ].join('\n  |> ')
}

/** `first` and `last` are what the server finds without reading what lies between. */
export function selectFirst(bucket: string, selection: Selection, order: HistoryOrder): string {
  const isForward = order === 'oldest-first'
  return [
    ...from(bucket, selection, [markOf(selection.measurement)]),
    isForward ? 'first()' : 'last()',
    'keep(columns: ["_time"])',
    'group()',
    `sort(columns: ["_time"], desc: ${!isForward})`,
    'limit(n: 1)',
  ].join('\n  |> ')
}

/** The newest value of each field, which may be of several moments. */
export function selectNewest(bucket: string, selection: Selection, columns: readonly string[]): string {
  return [
    ...from(bucket, selection, columns),
    'last()',
    'toString()',
    'keep(columns: ["_time", "_field", "_value", "device_id", "model"])',
    'group()',
  ].join('\n  |> ')
}

/** One for each series. */
export function selectDevices(bucket: string, selection: Selection): string {
  return [
    ...from(bucket, selection, [markOf(selection.measurement)]),
    'last()',
    'keep(columns: ["_time", "device_id"])',
    'group()',
  ].join('\n  |> ')
}

/** One for each series and bucket; `_start` is where the bucket begins. */
export function selectCounts(bucket: string, query: CountQuery): string {
  const { bucket_ms, origin, good } = query
  return [
    ...from(bucket, query, [markOf(query.measurement)]),
    ...(good ? ['filter(fn: (r) => r._value == "good")'] : []),
    `window(every: ${bucket_ms}ms, offset: ${origin % bucket_ms}ms)`,
    'count()',
    'duplicate(column: "_start", as: "_time")',
    'keep(columns: ["_time", "device_id", "_value"])',
    'group()',
  ].join('\n  |> ')
}

/** One of another measurement than these. */
export function selectForeign(bucket: string, { from: start, to }: TimeRange, own: readonly string[]): string {
  const others = own.map((measurement) => `r._measurement != ${text(measurement)}`)
  return [
    `from(bucket: ${text(bucket)})`,
    `range(start: ${timestampText(start)}, stop: ${timestampText(to)})`,
    ...others.map((condition) => `filter(fn: (r) => ${condition})`),
    'first()',
    'keep(columns: ["_time", "_measurement"])',
    'group()',
    'limit(n: 1)',
  ].join('\n  |> ')
}

function from(bucket: string, selection: Selection, columns: readonly string[]): string[] {
  const { measurement, device_ids } = selection
  const tags = tagsOf(measurement)
  const fields = columns.filter((column) => !tags.includes(column)).map((field) => `r._field == ${text(field)}`)
  const devices = device_ids.map((device_id) => `r.device_id == ${text(device_id)}`)
  return [
    `from(bucket: ${text(bucket)})`,
    `range(start: ${timestampText(selection.from)}, stop: ${timestampText(selection.to)})`,
    `filter(fn: (r) => r._measurement == ${text(measurement)})`,
    ...(devices.length > 0 ? [`filter(fn: (r) => ${anyOf(devices, 'or')})`] : []),
    `filter(fn: (r) => ${anyOf(fields, 'or')})`,
  ]
}

function text(value: string): string {
  return fluxString(value).toString()
}
