import type { HistoryOrder } from '../history/merge'
import { markOf } from '../history/measurements'
import type { DatabaseRecord, Measurement, RecordQuery, Selection } from '../history/record-source'
import { Turns } from '../history/turns'
import type { Influx1Options } from '../influx/influx-options'
import { ask, type QueryConnection } from '../influx/query-answer'
import type { CountQuery, RecordCount, TierRecords } from '../influx/tiers/tier-records'
import type { Operations } from '../operations'
import { columnOf, recordsOf } from './influxql-answer'
import {
  deleteRecords,
  selectCounts,
  selectFirst,
  selectNewest,
  selectRecords,
  showFields,
  type Statement,
} from './influxql-statements'

/** So that no part of an answer is long to decode. */
const RECORDS_IN_A_LINE = 500

/** Records out of InfluxDB 1.x, by InfluxQL; not through the package `influx`, which has no bound for an answer. */
export class Influx1History implements TierRecords {
  /** It stops reading where the limit is reached. */
  readonly window_ms = Number.POSITIVE_INFINITY

  constructor(
    private readonly connection: QueryConnection,
    private readonly options: Pick<Influx1Options, 'database' | 'retention_policy'>,
    private readonly operations: Pick<Operations, 'query'>,
  ) {}

  select(query: RecordQuery): Promise<DatabaseRecord[]> {
    return this.records(selectRecords(query, this.options))
  }

  async first(selection: Selection, order: HistoryOrder): Promise<number | undefined> {
    const [record] = await this.records(selectFirst(selection, order, this.options))
    return record?.timestamp
  }

  newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]> {
    const others = columns.filter((column) => column !== 'device_id')
    // A column at least has to be a field.
    const fields = others.length > 0 ? others : [markOf(selection.measurement)]
    return this.records(selectNewest(selection, fields, this.options))
  }

  /** What nobody has written would come as one null after the other. */
  async known(measurement: Measurement, columns: readonly string[]): Promise<readonly string[]> {
    const names = await this.ask(showFields(measurement, this.options), (line) => columnOf('fieldKey', line))
    const fields = new Set<unknown>(names)
    return fields.size === 0 ? [] : columns.filter((column) => column === 'device_id' || fields.has(column))
  }

  async devices(selection: Selection): Promise<readonly string[]> {
    return (await this.newest(selection, [])).map(deviceOf)
  }

  async count(query: CountQuery): Promise<readonly RecordCount[]> {
    const records = await this.records(selectCounts(query, this.options))
    return records.map((record) => ({
      device_id: deviceOf(record),
      timestamp: record.timestamp,
      count: Number(record.get('count')),
    }))
  }

  /** From all retention policies of the database. */
  async delete(selection: Selection): Promise<void> {
    await this.records(deleteRecords(selection))
  }

  private records(statement: Statement): Promise<DatabaseRecord[]> {
    return this.ask(statement, recordsOf)
  }

  private ask<Found>({ text, bound }: Statement, foundIn: (line: string) => Found[]): Promise<Found[]> {
    const { database } = this.options
    const body = new URLSearchParams({
      ...{ db: database, q: text, params: JSON.stringify(bound) },
      ...{ epoch: 'ms', chunked: 'true', chunk_size: String(RECORDS_IN_A_LINE) },
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    return this.operations.query(text, async () => {
      const lines = await ask(this.connection, { method: 'POST', path: '/query', body: body.toString(), headers })
      const all: Found[] = []
      const turns = new Turns()
      for (const line of lines) {
        const found = foundIn(line)
        for (const one of found) all.push(one)
        if (turns.isOver) await turns.next()
      }
      return all
    })
  }
}

function deviceOf(record: DatabaseRecord): string {
  return String(record.get('device_id') ?? '')
}
