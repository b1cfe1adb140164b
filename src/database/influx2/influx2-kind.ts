import { MonitorError } from '../../domain/errors'
import { defined } from '../influx/defined'
import type { InfluxConnection } from '../influx/influx-connection'
import type { InfluxKind, ServerSize } from '../influx/influx-kind'
import type { Influx2Options } from '../influx/influx-options'
import { adminError, askJson, jsonOf, listOf, numberOf, type Json } from '../influx/json-answer'
import { metricSum } from '../influx/prometheus-text'
import { Influx2History } from './influx2-history'
import { influx2Authorization, influx2Target } from './influx2-target'

export function influx2Kind(options: Influx2Options): InfluxKind {
  return {
    place: `bucket "${options.bucket}" of organization "${options.organization}"`,
    target: influx2Target(options),
    authorization: () => influx2Authorization(options),
    source: (connection, operations) => new Influx2History(connection, options, operations),
    size: (connection) => size(connection, options),
    retention: async (connection) => retentionOf(await bucketOf(connection, options)),
    create: (connection) => create(connection, options),
  }
}

/** The metrics are of the whole server, each with the id of its bucket. */
async function size(connection: InfluxConnection, options: Influx2Options): Promise<ServerSize> {
  const [bucket, { status, body }] = await Promise.all([
    bucketOf(connection, options),
    connection.exchange({ method: 'GET', path: '/metrics' }),
  ])
  if (typeof bucket?.id !== 'string' || status !== 200) return {}
  const label = `bucket="${bucket.id}"`
  return defined({
    size_bytes: metricSum(body, 'storage_shard_disk_size', label),
    series: metricSum(body, 'storage_bucket_series_num', label),
  })
}

/** A token that may only write is told of no bucket. */
async function bucketOf(connection: InfluxConnection, options: Influx2Options): Promise<Json | undefined> {
  const query = new URLSearchParams({ org: options.organization, name: options.bucket })
  const answer = await askJson(connection, { method: 'GET', path: `/api/v2/buckets?${query.toString()}` })
  return listOf(jsonOf(answer).buckets).find(({ name }) => name === options.bucket)
}

function retentionOf(bucket: Json | undefined): number | undefined {
  const rule = listOf(bucket?.retentionRules).find(({ type }) => type === undefined || type === 'expire')
  const seconds = numberOf(rule?.everySeconds)
  return seconds ? seconds * 1000 : undefined
}

async function create(connection: InfluxConnection, { organization, bucket }: Influx2Options): Promise<void> {
  const query = new URLSearchParams({ org: organization })
  const orgs = await askJson(connection, { method: 'GET', path: `/api/v2/orgs?${query.toString()}` })
  const orgID = listOf(jsonOf(orgs).orgs).find(({ name }) => name === organization)?.id
  if (typeof orgID !== 'string') {
    throw new MonitorError('DATABASE_MISSING', `The server shows this token no organization "${organization}"`)
  }
  const answer = await connection.exchange({
    method: 'POST',
    path: '/api/v2/buckets',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orgID, name: bucket, retentionRules: [] }),
  })
  // 422: there is one of this name.
  if (answer.status >= 300 && answer.status !== 422) throw adminError(answer)
}
