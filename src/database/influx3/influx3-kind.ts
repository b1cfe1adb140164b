import { defined } from '../influx/defined'
import type { InfluxConnection } from '../influx/influx-connection'
import type { InfluxKind, ServerSize } from '../influx/influx-kind'
import type { Influx3Options } from '../influx/influx-options'
import { adminError, askJson, jsonIn, listOf, numberOf, type Json } from '../influx/json-answer'
import { Influx3History } from './influx3-history'
import { influx3Authorization, influx3Target } from './influx3-target'

const DATABASES = '/api/v3/configure/database'
// What has not become a file yet is in neither.
const FILES = 'SELECT sum(size_bytes) AS size_bytes, sum(row_count) AS row_count FROM system.parquet_files'
const RETENTION = 'SELECT retention_period_ns FROM system.databases WHERE database_name = $database'

export function influx3Kind(options: Influx3Options): InfluxKind {
  return {
    place: `database "${options.database}"`,
    target: influx3Target(options),
    authorization: () => influx3Authorization(options),
    source: (connection, operations) => new Influx3History(connection, options, operations),
    size: (connection) => size(connection, options),
    retention: (connection) => retention(connection, options),
    isThere: (connection) => isThere(connection, options),
    create: (connection) => create(connection, options),
  }
}

async function size(connection: InfluxConnection, { database }: Influx3Options): Promise<ServerSize> {
  const [files = {}] = await askSql(connection, { db: database, q: FILES })
  return defined({ size_bytes: numberOf(files.size_bytes), rows: numberOf(files.row_count) })
}

async function retention(connection: InfluxConnection, { database }: Influx3Options): Promise<number | undefined> {
  const [row = {}] = await askSql(connection, { db: '_internal', q: RETENTION, params: { database } })
  const nanoseconds = numberOf(row.retention_period_ns)
  return nanoseconds ? nanoseconds / 1e6 : undefined
}

async function askSql(connection: InfluxConnection, question: Json): Promise<readonly Json[]> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ ...question, format: 'json' })
  return listOf(await askJson(connection, { method: 'POST', path: '/api/v3/query_sql', headers, body }))
}

/** Only administrators are told. */
async function isThere(connection: InfluxConnection, { database }: Influx3Options): Promise<boolean | undefined> {
  const answer = await connection.exchange({ method: 'GET', path: `${DATABASES}?format=json` })
  if (answer.status === 401) throw adminError(answer)
  if (answer.status !== 200) return undefined
  return listOf(jsonIn(answer)).some((row) => row['iox::database'] === database)
}

async function create(connection: InfluxConnection, { database }: Influx3Options): Promise<void> {
  const answer = await connection.exchange({
    method: 'POST',
    path: DATABASES,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ db: database }),
  })
  // 409: it is there.
  if (answer.status >= 300 && answer.status !== 409) throw adminError(answer)
}
