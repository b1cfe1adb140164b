import { linesToTables, type FluxTableMetaData } from '@influxdata/influxdb-client'
import { oddAnswer, refused } from '../influx/query-answer'
import { timestampOf } from '../influx/timestamp-text'

/** One row of an answer, in text as it came. */
export interface FluxRow {
  readonly timestamp: number
  /** Empty where it has nothing. */
  readonly get: (column: string) => string
}

/** Reads annotated CSV line by line. */
export class FluxAnswer {
  private readonly rows: FluxRow[] = []
  private readonly tables = linesToTables({
    next: (values: string[], table: FluxTableMetaData) => this.add(values, table),
    error: () => undefined,
    complete: () => undefined,
  })
  private table: FluxTableMetaData | undefined
  private columns: ReadonlyMap<string, number> = new Map()
  private open = ''

  /** The rows that end with this line. @throws MonitorError what the server says against the statement */
  take(line: string): FluxRow[] {
    const whole = this.open === '' ? line : `${this.open}\n${line}`
    // A line break inside quotes is part of a value.
    if (quotesIn(whole) % 2 === 1) {
      this.open = whole
      return []
    }
    this.open = ''
    this.tables.next(whole)
    return this.rows.splice(0)
  }

  private add(values: readonly string[], table: FluxTableMetaData): void {
    if (table !== this.table) {
      this.table = table
      this.columns = new Map(table.columns.map(({ label }, index) => [label, index]))
    }
    const { columns } = this
    const get = (column: string): string => values[columns.get(column) ?? -1] ?? ''
    // What goes wrong after the answer has begun is told in a table of its own.
    if (columns.has('error')) throw refused('DATABASE_UNAVAILABLE', get('error'))
    const timestamp = timestampOf(get('_time'))
    if (timestamp === undefined) throw oddAnswer('a row without its time')
    this.rows.push({ timestamp, get })
  }
}

function quotesIn(line: string): number {
  let count = 0
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) count++
  return count
}
