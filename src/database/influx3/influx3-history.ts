import { MonitorError } from '../../domain/errors'
import { markOf } from '../history/measurements'
import type { DatabaseRecord, Measurement, RecordQuery, Selection, TimeRange } from '../history/record-source'
import { isTooLarge, unlessTooLarge, windowOf } from '../history/in-order'
import { Turns } from '../history/turns'
import type { Influx3Options } from '../influx/influx-options'
import { ask, type QueryConnection } from '../influx/query-answer'
import type { CountQuery, RecordCount, TierRecords } from '../influx/tiers/tier-records'
import type { HistoryOrder } from '../history/merge'
import { READING } from '../line-protocol/line'
import type { Operations } from '../operations'
import { recordOf, rowOf, type SqlRow } from './sql-answer'
import {
  selectColumns,
  selectCounts,
  selectDevices,
  selectFirst,
  selectNewest,
  selectRecords,
  type Statement,
} from './sql-statements'

const HOUR_MS = 3_600_000
/**
 * InfluxDB 3 Core opens some three days at once, so that each of them costs a question: of the devices asked for, those that
 * have been away for longer than this are not looked for.
 */
const LOOK_BACK_MS = 31 * 24 * HOUR_MS

/** Records out of InfluxDB 3.x, by SQL over HTTP. */
export class Influx3History implements TierRecords {
  readonly window_ms = 24 * HOUR_MS
  private readonly columns = new Map<Measurement, ReadonlySet<unknown>>()

  constructor(
    private readonly connection: QueryConnection,
    private readonly options: Pick<Influx3Options, 'database'>,
    private readonly operations: Pick<Operations, 'query'>,
  ) {}

  async select(query: RecordQuery): Promise<DatabaseRecord[]> {
    const known = await this.knownOf(query.measurement, query.columns)
    const needed = query.needed.filter((column) => known.has(column))
    const isEmpty = !known.has('device_id') || (needed.length === 0 && query.needed.length > 0)
    if (isEmpty) return []
    const columns = query.columns.filter((column) => known.has(column))
    return this.records(selectRecords({ ...query, columns, needed }))
  }

  async first(selection: Selection, order: HistoryOrder): Promise<number | undefined> {
    const known = await this.knownOf(selection.measurement, ['device_id'])
    return known.has('device_id') ? this.firstOf(selection, order) : undefined
  }

  async newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]> {
    const known = await this.knownOf(selection.measurement, columns)
    if (!known.has('device_id')) return []
    const asked = columns.filter((column) => known.has(column))
    const found = new Map<unknown, DatabaseRecord>()
    let rest = selection
    let window_ms = HOUR_MS
    while (rest.from < rest.to) {
      const window = { ...rest, ...windowOf(rest, 'newest-first', window_ms) }
      const records = await unlessTooLarge(this.records(selectNewest(window, asked)), window)
      if (records === undefined) {
        window_ms = (window.to - window.from) / 2
        continue
      }
      for (const record of records) {
        if (!found.has(record.get('device_id'))) found.set(record.get('device_id'), record)
      }
      const missing = rest.device_ids.filter((device_id) => !found.has(device_id))
      if (rest.device_ids.length > 0 && missing.length === 0) break
      rest = { ...rest, to: window.from, device_ids: missing }
      if (found.size === 0) {
        const last = await this.firstOf(rest, 'newest-first')
        if (last === undefined) break
        rest = { ...rest, to: last + 1 }
      } else rest = { ...rest, from: Math.max(rest.from, newestOf(found) - LOOK_BACK_MS) }
      window_ms = found.size === 0 ? HOUR_MS : 8 * window_ms
    }
    return [...found.values()]
  }

  /** Whether the database is: a question needs no more than the right to read. */
  async isThere(): Promise<boolean> {
    try {
      await this.rows(selectColumns(READING))
      return true
    } catch (error) {
      if (error instanceof MonitorError && error.code === 'DATABASE_MISSING') return false
      throw error
    }
  }

  async known(measurement: Measurement, columns: readonly string[]): Promise<readonly string[]> {
    const known = await this.knownOf(measurement, columns)
    return known.has('device_id') ? columns.filter((column) => known.has(column)) : []
  }

  async devices(selection: Selection): Promise<readonly string[]> {
    const known = await this.knownOf(selection.measurement, ['device_id'])
    if (!known.has('device_id')) return []
    const rows = await this.inParts(selection, (part) => this.rows(selectDevices(part)))
    return rows.map(({ device_id }) => String(device_id ?? ''))
  }

  async count(query: CountQuery): Promise<readonly RecordCount[]> {
    const known = await this.knownOf(query.measurement, [markOf(query.measurement)])
    if (!known.has(markOf(query.measurement))) return []
    const counts = new Map<string, RecordCount>()
    for (const { timestamp, get } of await this.inParts(query, (part) => this.records(selectCounts(part)))) {
      const device_id = String(get('device_id') ?? '')
      const key = `${timestamp} ${device_id}`
      counts.set(key, { device_id, timestamp, count: (counts.get(key)?.count ?? 0) + Number(get('count')) })
    }
    return [...counts.values()]
  }

  /** As many parts as it takes until none is too long for the server. */
  private async inParts<Range extends TimeRange, Found>(
    range: Range,
    ask: (part: Range) => Promise<Found[]>,
  ): Promise<Found[]> {
    const all = await unlessTooLarge(ask(range), range)
    if (all !== undefined) return all
    const middle = Math.floor((range.from + range.to) / 2)
    const first = await this.inParts({ ...range, to: middle }, ask)
    return [...first, ...(await this.inParts({ ...range, from: middle }, ask))]
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

  /** A column that is known stays; others may have come since. */
  private async knownOf(measurement: Measurement, columns: readonly string[]): Promise<ReadonlySet<unknown>> {
    const known = this.columns.get(measurement)
    if (known && columns.every((column) => known.has(column))) return known
    const rows = await this.rows(selectColumns(measurement))
    const found = new Set(rows.map((row) => row.column_name))
    this.columns.set(measurement, found)
    return found
  }

  private async records(statement: Statement): Promise<DatabaseRecord[]> {
    try {
      return (await this.rows(statement)).map(recordOf)
    } catch (error) {
      // Somebody may have made the table anew.
      if (!isTooLarge(error)) this.columns.clear()
      throw error
    }
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
        if (turns.isOver) await turns.next()
      }
      return rows
    })
  }
}

function newestOf(found: ReadonlyMap<unknown, DatabaseRecord>): number {
  return [...found.values()].reduce((newest, { timestamp }) => Math.max(newest, timestamp), 0)
}
