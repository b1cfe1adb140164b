import type { DatabaseRecord, Measurement, RecordQuery, RecordSource, Selection } from '../history/record-source'
import { unlessTooLarge, windowOf } from '../history/in-order'
import { Turns } from '../history/turns'
import type { Influx3Options } from '../influx/influx-options'
import { ask, type QueryConnection } from '../influx/query-answer'
import type { HistoryOrder } from '../merge'
import type { Operations } from '../operations'
import { recordOf, rowOf, type SqlRow } from './sql-answer'
import { selectColumns, selectFirst, selectNewest, selectRecords, type Statement } from './sql-statements'

const HOUR_MS = 3_600_000
/** How much InfluxDB 3 Core opens at once, where its files are of the usual length. */
const OPENED_MS = 72 * HOUR_MS
/** Each three days cost a question, so the newest reading of a device that has been away for longer is not looked for. */
const LOOK_BACK_MS = 31 * 24 * HOUR_MS

/** Records out of InfluxDB 3.x, by SQL over HTTP. */
export class Influx3History implements RecordSource {
  readonly window_ms = 24 * HOUR_MS

  constructor(
    private readonly connection: QueryConnection,
    private readonly options: Pick<Influx3Options, 'database'>,
    private readonly operations: Pick<Operations, 'query'>,
  ) {}

  async select(query: RecordQuery): Promise<DatabaseRecord[]> {
    const known = await this.columnsOf(query.measurement)
    if (!known.has('device_id')) return []
    const needed = query.needed.filter((column) => known.has(column))
    if (needed.length === 0 && query.needed.length > 0) return []
    const columns = query.columns.filter((column) => known.has(column))
    return this.records(selectRecords({ ...query, columns, needed }))
  }

  async first(selection: Selection, order: HistoryOrder): Promise<number | undefined> {
    const known = await this.columnsOf(selection.measurement)
    return known.has('device_id') ? this.firstOf(selection, order) : undefined
  }

  async newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]> {
    const known = await this.columnsOf(selection.measurement)
    const last = known.has('device_id') ? await this.firstOf(selection, 'newest-first') : undefined
    if (last === undefined) return []
    const found = new Map<unknown, DatabaseRecord>()
    const asked = columns.filter((column) => known.has(column))
    const from = Math.max(selection.from, last - LOOK_BACK_MS)
    let rest: Selection = { ...selection, from, to: last + 1 }
    let window_ms = OPENED_MS
    while (rest.from < rest.to && (selection.device_ids.length === 0 || rest.device_ids.length > 0)) {
      const window = { ...rest, ...windowOf(rest, 'newest-first', window_ms) }
      const records = await unlessTooLarge(this.records(selectNewest(window, asked)), window)
      if (records === undefined) {
        window_ms = (window.to - window.from) / 2
        continue
      }
      for (const record of records) {
        if (!found.has(record.get('device_id'))) found.set(record.get('device_id'), record)
      }
      rest = { ...rest, to: window.from, device_ids: rest.device_ids.filter((device_id) => !found.has(device_id)) }
    }
    return [...found.values()]
  }

  /** The near half before the far one, wherever a range is too long for the server. */
  private async firstOf(selection: Selection, order: HistoryOrder): Promise<number | undefined> {
    const { from, to } = selection
    const records = await unlessTooLarge(this.records(selectFirst(selection, order)), selection)
    if (records !== undefined) return records[0]?.timestamp
    const middle = Math.floor((from + to) / 2)
    const halves = [
      { ...selection, from, to: middle },
      { ...selection, from: middle, to },
    ] as const
    const [near, far] = order === 'oldest-first' ? halves : [halves[1], halves[0]]
    return (await this.firstOf(near, order)) ?? this.firstOf(far, order)
  }

  private async columnsOf(measurement: Measurement): Promise<ReadonlySet<unknown>> {
    const rows = await this.rows(selectColumns(measurement))
    return new Set(rows.map((row) => row.column_name))
  }

  private async records(statement: Statement): Promise<DatabaseRecord[]> {
    return (await this.rows(statement)).map(recordOf)
  }

  private rows({ text, bound }: Statement): Promise<SqlRow[]> {
    const body = JSON.stringify({ db: this.options.database, q: text, params: bound, format: 'jsonl' })
    const headers = { 'content-type': 'application/json', accept: 'application/jsonl' }
    return this.operations.query(text, async () => {
      const rows: SqlRow[] = []
      const turns = new Turns()
      const question = { method: 'POST', path: '/api/v3/query_sql', body, headers } as const
      for (const line of await ask(this.connection, question)) {
        if (line !== '') rows.push(rowOf(line))
        await turns.after(1)
      }
      return rows
    })
  }
}
