import type { HistoryOrder } from '../history/merge'
import type { DatabaseRecord, RecordQuery, RecordSource, Selection } from '../history/record-source'
import { Turns } from '../history/turns'
import type { Influx1Options } from '../influx/influx-options'
import { ask, type QueryConnection } from '../influx/query-answer'
import { READING } from '../line-protocol/line'
import type { Operations } from '../operations'
import { recordsOf } from './influxql-answer'
import { selectFirst, selectNewest, selectRecords, type Statement } from './influxql-statements'

/** So that no part of an answer is long to decode. */
const RECORDS_IN_A_LINE = 500

/** Records out of InfluxDB 1.x, by InfluxQL; not through the package `influx`, which has no bound for an answer. */
export class Influx1History implements RecordSource {
  /** It stops reading where the limit is reached. */
  readonly window_ms = Number.POSITIVE_INFINITY

  constructor(
    private readonly connection: QueryConnection,
    private readonly options: Pick<Influx1Options, 'database' | 'retention_policy'>,
    private readonly operations: Pick<Operations, 'query'>,
  ) {}

  select(query: RecordQuery): Promise<DatabaseRecord[]> {
    return this.ask(selectRecords(query, this.options))
  }

  async first(selection: Selection, order: HistoryOrder): Promise<number | undefined> {
    const field = selection.measurement === READING ? 'quality' : 'used_kwh'
    const [record] = await this.ask(selectFirst(selection, field, order, this.options))
    return record?.timestamp
  }

  newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]> {
    const others = columns.filter((column) => column !== 'device_id')
    // A column at least has to be a field.
    return this.ask(selectNewest(selection, others.length > 0 ? others : ['quality'], this.options))
  }

  private ask({ text, bound }: Statement): Promise<DatabaseRecord[]> {
    const { database } = this.options
    const body = new URLSearchParams({
      ...{ db: database, q: text, params: JSON.stringify(bound) },
      ...{ epoch: 'ms', chunked: 'true', chunk_size: String(RECORDS_IN_A_LINE) },
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    return this.operations.query(text, async () => {
      const lines = await ask(this.connection, { method: 'POST', path: '/query', body: body.toString(), headers })
      const records: DatabaseRecord[] = []
      const turns = new Turns()
      for (const line of lines) {
        const found = recordsOf(line)
        for (const record of found) records.push(record)
        await turns.after(found.length)
      }
      return records
    })
  }
}
