import type { InfluxConnection } from '../influx/influx-connection'
import { adminError, askJson, jsonIn, listOf, numberOf, type Json } from '../influx/json-answer'

const DATABASES = '/api/v3/configure/database'
const RETENTION = 'SELECT retention_period_ns FROM system.databases WHERE database_name = $database'
const JSON_TYPE = { 'content-type': 'application/json' }
const HOUR_MS = 3_600_000

export async function askSql(connection: InfluxConnection, question: Json): Promise<readonly Json[]> {
  const body = JSON.stringify({ ...question, format: 'json' })
  return listOf(await askJson(connection, { method: 'POST', path: '/api/v3/query_sql', headers: JSON_TYPE, body }))
}

/** How long a database keeps what is in it, where it is there. Only administrators are told. */
export async function retentionOf(
  connection: InfluxConnection,
  database: string,
): Promise<{ readonly retention_ms: number | undefined } | undefined> {
  const [row] = await askSql(connection, { db: '_internal', q: RETENTION, params: { database } })
  if (!row) return undefined
  const nanoseconds = numberOf(row.retention_period_ns)
  return { retention_ms: nanoseconds ? nanoseconds / 1e6 : undefined }
}

/** Only administrators are told. */
export async function isThere(connection: InfluxConnection, database: string): Promise<boolean | undefined> {
  const answer = await connection.exchange({ method: 'GET', path: `${DATABASES}?format=json` })
  if (answer.status === 401) throw adminError(answer)
  if (answer.status !== 200) return undefined
  return listOf(jsonIn(answer)).some((row) => row['iox::database'] === database)
}

/** What is there already stays as it is. */
export async function createDatabase(
  connection: InfluxConnection,
  database: string,
  retention_ms: number | undefined,
): Promise<void> {
  const period = retention_ms === undefined ? {} : { retention_period: periodText(retention_ms) }
  const body = JSON.stringify({ db: database, ...period })
  const answer = await connection.exchange({ method: 'POST', path: DATABASES, headers: JSON_TYPE, body })
  // 409: it is there.
  if (answer.status >= 300 && answer.status !== 409) throw adminError(answer)
}

/** The server knows no minutes here. */
export function periodText(retention_ms: number | undefined): string {
  return retention_ms === undefined ? 'none' : `${Math.ceil(retention_ms / HOUR_MS)}h`
}
