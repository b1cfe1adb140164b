import type { Clock, Random } from '../domain/clock'
import type { Database, DatabaseStatus } from './database'
import type { DatabaseSettings } from './database-settings'
import { Influx1Store } from './influx1/influx1-store'
import { Influx2Store } from './influx2/influx2-store'
import { Influx3Store } from './influx3/influx3-store'
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
  switch (store.kind) {
    case 'sqlite':
      return new SqliteStore({ settings: store, writer, clock })
    case 'influx1':
      return new Influx1Store({ options: store, ...writer, clock })
    case 'influx2':
      return new Influx2Store({ options: store, ...writer, clock })
    case 'influx3':
      return new Influx3Store({ options: store, ...writer, clock })
  }
}
