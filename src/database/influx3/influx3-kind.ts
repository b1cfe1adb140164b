import { defined } from '../influx/defined'
import type { InfluxConnection } from '../influx/influx-connection'
import type { InfluxKind, ServerSize } from '../influx/influx-kind'
import type { Influx3Options } from '../influx/influx-options'
import { numberOf } from '../influx/json-answer'
import { askSql, createDatabase, isThere, retentionOf } from './influx3-databases'
import { Influx3History } from './influx3-history'
import { Influx3Places } from './influx3-places'
import { influx3Authorization, influx3Target } from './influx3-target'

// What has not become a file yet is in neither.
const FILES = 'SELECT sum(size_bytes) AS size_bytes, sum(row_count) AS row_count FROM system.parquet_files'

export function influx3Kind(options: Influx3Options): InfluxKind {
  return {
    place: `database "${options.database}"`,
    target: influx3Target(options),
    authorization: () => influx3Authorization(options),
    source: (connection, operations) => new Influx3History(connection, options, operations),
    size: (connection) => size(connection, options),
    retention: async (connection) => (await retentionOf(connection, options.database))?.retention_ms,
    isThere: (connection) => isThere(connection, options.database),
    create: (connection) => createDatabase(connection, options.database, undefined),
    expiry: 'server',
    places: ({ connection, operations }) => new Influx3Places(connection, options, operations),
  }
}

async function size(connection: InfluxConnection, { database }: Influx3Options): Promise<ServerSize> {
  const [files = {}] = await askSql(connection, { db: database, q: FILES })
  return defined({ size_bytes: numberOf(files.size_bytes), rows: numberOf(files.row_count) })
}
