import { MEASURED_FIELDS, isMeasuredKey } from '../../domain/reading'
import type { DatabaseRecord, RecordQuery, RecordSource, Selection } from '../history/record-source'
import { Turns } from '../history/turns'
import type { Influx2Options } from '../influx/influx-options'
import { ask, type QueryConnection } from '../influx/query-answer'
import { READING } from '../line-protocol/line'
import type { HistoryOrder } from '../history/merge'
import type { Operations } from '../operations'
import { FluxAnswer, type FluxRow } from './flux-answer'
import { selectFirst, selectNewest, selectRecords, TAGS } from './flux-statements'

const HOUR_MS = 3_600_000
const DIALECT = { header: true, delimiter: ',', annotations: ['datatype', 'group', 'default'] }

/** Records out of InfluxDB 2.x, by Flux. */
export class Influx2History implements RecordSource {
  /** It reads all of a range before a limit cuts it. */
  readonly window_ms = HOUR_MS

  constructor(
    private readonly connection: QueryConnection,
    private readonly options: Pick<Influx2Options, 'organization' | 'bucket'>,
    private readonly operations: Pick<Operations, 'query'>,
  ) {}

  async select(query: RecordQuery): Promise<DatabaseRecord[]> {
    const rows = await this.ask(selectRecords(this.options.bucket, query))
    return rows.map(({ timestamp, get }) => ({ timestamp, get: (column) => valueOf(column, get(column)) }))
  }

  async first(selection: Selection, order: HistoryOrder): Promise<number | undefined> {
    const field = selection.measurement === READING ? 'quality' : 'used_kwh'
    const [row] = await this.ask(selectFirst(this.options.bucket, selection, field, order))
    return row?.timestamp
  }

  async newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]> {
    const fields = [...new Set(['quality', ...columns])]
    return newestOf(await this.ask(selectNewest(this.options.bucket, selection, fields)))
  }

  private ask(query: string): Promise<FluxRow[]> {
    const path = `/api/v2/query?${new URLSearchParams({ org: this.options.organization }).toString()}`
    const headers = { 'content-type': 'application/json', accept: 'application/csv' }
    const body = JSON.stringify({ query, type: 'flux', dialect: DIALECT })
    return this.operations.query(query, async () => {
      const answer = new FluxAnswer()
      const rows: FluxRow[] = []
      const turns = new Turns()
      for (const line of await ask(this.connection, { method: 'POST', path, body, headers })) {
        rows.push(...answer.take(line))
        await turns.after(1)
      }
      return rows
    })
  }
}

/** Every reading has a quality, so its newest one tells when the newest reading is; older values are of others. */
function newestOf(rows: readonly FluxRow[]): DatabaseRecord[] {
  const newest = new Map<string, FluxRow>()
  for (const row of rows) {
    const known = newest.get(row.get('device_id'))
    if (row.get('_field') !== 'quality' || (known && known.timestamp >= row.timestamp)) continue
    newest.set(row.get('device_id'), row)
  }
  const values = new Map<string, Map<string, string>>()
  for (const row of rows) {
    const quality = newest.get(row.get('device_id'))
    if (quality?.timestamp !== row.timestamp || quality.get('model') !== row.get('model')) continue
    const known = values.get(row.get('device_id')) ?? new Map<string, string>()
    values.set(row.get('device_id'), known.set(row.get('_field'), row.get('_value')))
  }
  return [...newest].map(([device_id, { timestamp, get }]) => ({
    timestamp,
    get: (column) => (TAGS.includes(column) ? get(column) : valueOf(column, values.get(device_id)?.get(column) ?? '')),
  }))
}

/** Absent and empty are one in CSV. */
function valueOf(column: string, text: string): unknown {
  if (text === '') return undefined
  const type = isMeasuredKey(column) ? MEASURED_FIELDS[column].type : column === 'used_kwh' ? 'number' : 'string'
  if (type === 'number') return Number(text)
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return text
}
