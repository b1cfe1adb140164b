import type { Clock, Random } from '../domain/clock'
import type { Database, DatabaseStatus } from './database'
import type { DatabaseSettings } from './database-settings'
import { influxStore } from './influx-servers'
import { SpooledDatabase } from './spooled-database'
import { SqliteStore } from './sqlite/sqlite-store'
import type { Store } from './store'

export interface CreateDatabaseOptions {
  readonly settings: DatabaseSettings
  readonly clock: Clock
  readonly random: Random
  /** Called when the state or its reason changes, not for every failure. */
  readonly onStatus?: (status: DatabaseStatus) => void
}

/** The database that the settings describe, not started. */
export function createDatabase({ settings, ...others }: CreateDatabaseOptions): Database {
  const { folder, writer } = settings
  return new SpooledDatabase({ store: storeOf(settings, others.clock), folder, options: writer, ...others })
}

function storeOf({ store, writer }: DatabaseSettings, clock: Clock): Store {
  if (store.kind === 'sqlite') return new SqliteStore({ settings: store, writer, clock })
  return influxStore({ options: store, ...writer, clock })
}
