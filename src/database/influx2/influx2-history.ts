import { MEASURED_FIELDS, isMeasuredKey } from '../../domain/reading'
import { tagsOf } from '../history/measurements'
import type { DatabaseRecord, Measurement, RecordQuery, Selection, TimeRange } from '../history/record-source'
import { Turns } from '../history/turns'
import type { Influx2Options } from '../influx/influx-options'
import { ask, type QueryConnection } from '../influx/query-answer'
import type { CountQuery, RecordCount, TierRecords } from '../influx/tiers/tier-records'
import { READING } from '../line-protocol/line'
import type { HistoryOrder } from '../history/merge'
import type { Operations } from '../operations'
import { FluxAnswer, type FluxRow } from './flux-answer'
import { selectCounts, selectDevices, selectFirst, selectForeign, selectNewest, selectRecords } from './flux-statements'

const HOUR_MS = 3_600_000
const DIALECT = { header: true, delimiter: ',', annotations: ['datatype', 'group', 'default'] }

/** Records out of InfluxDB 2.x, by Flux. */
export class Influx2History implements TierRecords {
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
    const [row] = await this.ask(selectFirst(this.options.bucket, selection, order))
    return row?.timestamp
  }

  async newest(selection: Selection, columns: readonly string[]): Promise<DatabaseRecord[]> {
    const fields = [...new Set(['quality', ...columns])]
    return newestOf(await this.ask(selectNewest(this.options.bucket, selection, fields)))
  }

  /** What nobody has written costs nothing. */
  known(_: Measurement, columns: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(columns)
  }

  async devices(selection: Selection): Promise<readonly string[]> {
    const rows = await this.ask(selectDevices(this.options.bucket, selection))
    return rows.map(({ get }) => get('device_id'))
  }

  async count(query: CountQuery): Promise<readonly RecordCount[]> {
    const rows = await this.ask(selectCounts(this.options.bucket, query))
    return rows.map(({ timestamp, get }) => ({ device_id: get('device_id'), timestamp, count: Number(get('_value')) }))
  }

  /** The name of a measurement in the range that is none of these. */
  async foreign(range: TimeRange, own: readonly string[]): Promise<string | undefined> {
    const [row] = await this.ask(selectForeign(this.options.bucket, range, own))
    return row?.get('_measurement')
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
        if (turns.isOver) await turns.next()
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
    get: (column) =>
      tagsOf(READING).includes(column) ? get(column) : valueOf(column, values.get(device_id)?.get(column) ?? ''),
  }))
}

const TEXTS: ReadonlySet<string> = new Set([
  ...['device_id', 'model', 'alias', 'host', 'parent_id', 'quality', 'energy_source', 'present'],
])

/** Absent and empty are one in CSV. */
function valueOf(column: string, text: string): unknown {
  if (text === '') return undefined
  if (TEXTS.has(column)) return text
  const isBoolean = isMeasuredKey(column) && MEASURED_FIELDS[column].type === 'boolean'
  if (!isBoolean) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : undefined
}
