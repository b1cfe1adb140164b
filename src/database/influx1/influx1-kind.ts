import type { Clock } from '../../domain/clock'
import { defined } from '../influx/defined'
import type { InfluxConnection } from '../influx/influx-connection'
import type { InfluxKind, ServerSize } from '../influx/influx-kind'
import type { Influx1Options } from '../influx/influx-options'
import { Influx1Client, quoted, type Series } from './influx1-client'
import { Influx1History } from './influx1-history'
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
  const { columns, values = [] } = await policiesOf(client, options)
  const at = (name: string) => columns.indexOf(name)
  const { retention_policy } = options
  const policy = values.find((row) => (retention_policy ? row[at('name')] === retention_policy : row[at('default')]))
  return durationOf(policy?.[at('duration')])
}

/** What is there already stays as it is. */
async function create(client: Influx1Client, options: Influx1Options): Promise<void> {
  const { database, retention_policy: name } = options
  await client.ask(`CREATE DATABASE ${quoted(database)}`)
  if (name === undefined) return
  const { columns, values = [] } = await policiesOf(client, options)
  if (values.some((row) => row[columns.indexOf('name')] === name)) return
  await client.ask(`CREATE RETENTION POLICY ${quoted(name)} ON ${quoted(database)} DURATION INF REPLICATION 1`)
}

async function policiesOf(client: Influx1Client, { database }: Influx1Options): Promise<Series> {
  const [[policies] = []] = await client.ask(`SHOW RETENTION POLICIES ON ${quoted(database)}`)
  return policies ?? { columns: [] }
}

function numberIn(series: Series | undefined, place: (columns: readonly string[]) => number): number | undefined {
  const value = series?.values?.[0]?.[place(series.columns)]
  return typeof value === 'number' ? value : undefined
}

/** `168h0m0s`; 0 is for ever. */
function durationOf(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^(?:(\d{1,9})h)?(?:(\d{1,2})m)?(?:(\d{1,2})s)?$/.exec(text) : null
  const [hours, minutes, seconds] = [1, 2, 3].map((group) => Number(match?.[group] ?? 0)) as [number, number, number]
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 || undefined
}
