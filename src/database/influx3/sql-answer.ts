import type { DatabaseRecord } from '../history/record-source'
import { oddAnswer } from '../influx/query-answer'
import { timestampOf } from '../influx/timestamp-text'

/** One line of JSON; what is null may be left out. */
export type SqlRow = Readonly<Record<string, unknown>>

export function rowOf(line: string): SqlRow {
  const row = parsed(line)
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as SqlRow
  throw oddAnswer('a line is no JSON object')
}

export function recordOf(row: SqlRow): DatabaseRecord {
  const timestamp = timestampOf(row.time)
  if (timestamp === undefined) throw oddAnswer('a row without its time')
  return { timestamp, get: (column) => (Object.hasOwn(row, column) ? row[column] : undefined) }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
