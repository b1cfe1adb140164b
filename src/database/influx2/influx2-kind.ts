import { defined } from '../influx/defined'
import type { InfluxConnection } from '../influx/influx-connection'
import type { InfluxKind, ServerSize } from '../influx/influx-kind'
import type { Influx2Options } from '../influx/influx-options'
import { metricSum } from '../influx/prometheus-text'
import { bucketOf, createBucket } from './influx2-buckets'
import { Influx2History } from './influx2-history'
import { Influx2Places } from './influx2-places'
import { influx2Authorization, influx2Target } from './influx2-target'

export function influx2Kind(options: Influx2Options): InfluxKind {
  return {
    place: `bucket "${options.bucket}" of organization "${options.organization}"`,
    target: influx2Target(options),
    authorization: () => influx2Authorization(options),
    source: (connection, operations) => new Influx2History(connection, options, operations),
    size: (connection) => size(connection, options),
    retention: async (connection) => (await bucketOf(connection, options))?.retention_ms,
    create: (connection) => createBucket(connection, options, undefined),
    expiry: 'us',
    places: ({ connection, operations }) => new Influx2Places(connection, options, operations),
  }
}

/** The metrics are of the whole server, each with the id of its bucket. */
async function size(connection: InfluxConnection, options: Influx2Options): Promise<ServerSize> {
  const [bucket, { status, body }] = await Promise.all([
    bucketOf(connection, options),
    connection.exchange({ method: 'GET', path: '/metrics' }),
  ])
  if (!bucket || status !== 200) return {}
  const label = `bucket="${bucket.id}"`
  return defined({
    size_bytes: metricSum(body, 'storage_shard_disk_size', label),
    series: metricSum(body, 'storage_bucket_series_num', label),
  })
}
