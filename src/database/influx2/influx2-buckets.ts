import { MonitorError } from '../../domain/errors'
import type { InfluxConnection } from '../influx/influx-connection'
import type { Influx2Options } from '../influx/influx-options'
import { adminError, askJson, jsonOf, listOf, numberOf } from '../influx/json-answer'

const JSON_TYPE = { 'content-type': 'application/json' }
const DAY_S = 86_400

export interface Bucket {
  readonly id: string
  /** Undefined: for ever. */
  readonly retention_ms: number | undefined
}

type Place = Pick<Influx2Options, 'organization' | 'bucket'>

/** A token that may only write is told of no bucket. */
export async function bucketOf(
  connection: InfluxConnection,
  { organization, bucket }: Place,
): Promise<Bucket | undefined> {
  const query = new URLSearchParams({ org: organization, name: bucket })
  const answer = await askJson(connection, { method: 'GET', path: `/api/v2/buckets?${query.toString()}` })
  const found = listOf(jsonOf(answer).buckets).find(({ name }) => name === bucket)
  if (typeof found?.id !== 'string') return undefined
  const rule = listOf(found.retentionRules).find(({ type }) => type === undefined || type === 'expire')
  const seconds = numberOf(rule?.everySeconds)
  return { id: found.id, retention_ms: seconds ? seconds * 1000 : undefined }
}

/** What is there already stays as it is. */
export async function createBucket(
  connection: InfluxConnection,
  { organization, bucket }: Place,
  retention_ms: number | undefined,
): Promise<void> {
  const query = new URLSearchParams({ org: organization })
  const orgs = await askJson(connection, { method: 'GET', path: `/api/v2/orgs?${query.toString()}` })
  const orgID = listOf(jsonOf(orgs).orgs).find(({ name }) => name === organization)?.id
  if (typeof orgID !== 'string') {
    throw new MonitorError('DATABASE_MISSING', `The server shows this token no organization "${organization}"`)
  }
  const body = JSON.stringify({ orgID, name: bucket, retentionRules: rulesOf(retention_ms) })
  const answer = await connection.exchange({ method: 'POST', path: '/api/v2/buckets', headers: JSON_TYPE, body })
  // 422: there is one of this name.
  if (answer.status >= 300 && answer.status !== 422) throw adminError(answer)
}

export async function setBucketRetention(
  connection: InfluxConnection,
  { id }: Bucket,
  retention_ms: number | undefined,
): Promise<void> {
  const body = JSON.stringify({ retentionRules: rulesOf(retention_ms) })
  const path = `/api/v2/buckets/${encodeURIComponent(id)}`
  await askJson(connection, { method: 'PATCH', path, headers: JSON_TYPE, body })
}

/** What is past its life goes a whole shard group at a time, so that one has to be shorter than that. */
function rulesOf(retention_ms: number | undefined): readonly object[] {
  if (retention_ms === undefined) return []
  const everySeconds = Math.ceil(retention_ms / 1000)
  const shardGroupDurationSeconds = (everySeconds > 180 * DAY_S ? 28 : everySeconds > 14 * DAY_S ? 7 : 1) * DAY_S
  return [{ type: 'expire', everySeconds, shardGroupDurationSeconds }]
}
