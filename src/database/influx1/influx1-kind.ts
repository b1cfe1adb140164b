import type { Clock } from '../../domain/clock'
import { defined } from '../influx/defined'
import type { InfluxConnection } from '../influx/influx-connection'
import type { InfluxKind, ServerSize } from '../influx/influx-kind'
import type { Influx1Options } from '../influx/influx-options'
import { Influx1Client, quoted, type Series } from './influx1-client'
import { Influx1History } from './influx1-history'
import { Influx1Places } from './influx1-places'
import { policiesOf } from './influx1-policies'
import { influx1Authorization, influx1Target } from './influx1-target'

export function influx1Kind(options: Influx1Options, clock: Clock): InfluxKind {
  const clientOf = ({ timeout_ms }: InfluxConnection, ended: AbortSignal) =>
    new Influx1Client({ ...options, timeout_ms }, clock, ended)
  return {
    place: `database "${options.database}"`,
    target: influx1Target(options),
    authorization: () => influx1Authorization(options),
    source: (connection, operations) => new Influx1History(connection, options, operations),
    size: (connection, ended) => size(clientOf(connection, ended), options),
    retention: (connection, ended) => retention(clientOf(connection, ended), options),
    create: (connection, ended) => create(clientOf(connection, ended), options),
    expiry: 'us',
    places: ({ connection, operations, ended }) =>
      new Influx1Places({
        options,
        client: clientOf(connection, ended),
        recordsOf: (own) => new Influx1History(connection, own, operations),
      }),
  }
}

/** Only administrators are told about files, so that each question stands alone. */
async function size(client: Influx1Client, { database }: Influx1Options): Promise<ServerSize> {
  const [[cardinality = []] = [], shards] = await Promise.all([
    client.ask(`SHOW SERIES CARDINALITY ON ${quoted(database)}`),
    client.ask(`SHOW STATS FOR 'shard'`).catch(() => undefined),
  ])
  const series = numberIn(cardinality[0], (columns) => columns.length - 1)
  const own = shards?.[0]?.filter(({ tags }) => tags?.database === database)
  const size_bytes = own?.reduce((sum, shard) => sum + (numberIn(shard, (names) => names.indexOf('diskBytes')) ?? 0), 0)
  return defined({ series, size_bytes })
}

async function retention(client: Influx1Client, options: Influx1Options): Promise<number | undefined> {
  const { database, retention_policy } = options
  const policies = await policiesOf(client, database)
  const own = policies.find(({ name, isDefault }) =>
    retention_policy === undefined ? isDefault : name === retention_policy,
  )
  return own?.retention_ms
}

/** What is there already stays as it is. */
async function create(client: Influx1Client, options: Influx1Options): Promise<void> {
  const { database, retention_policy } = options
  await client.ask(`CREATE DATABASE ${quoted(database)}`)
  if (retention_policy === undefined) return
  if ((await policiesOf(client, database)).some(({ name }) => name === retention_policy)) return
  await client.ask(
    `CREATE RETENTION POLICY ${quoted(retention_policy)} ON ${quoted(database)} DURATION INF REPLICATION 1`,
  )
}

function numberIn(series: Series | undefined, place: (columns: readonly string[]) => number): number | undefined {
  const value = series?.values?.[0]?.[place(series.columns)]
  return typeof value === 'number' ? value : undefined
}
