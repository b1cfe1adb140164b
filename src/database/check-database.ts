import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../domain/clock'
import { MonitorError } from '../domain/errors'
import { nameOf, type DatabaseSettings } from './database-settings'
import type { SqliteOptions } from './sqlite/sqlite-options'
import { SqliteStore } from './sqlite/sqlite-store'

/** What somebody who looks at a database finds, before anything is written to it. */
export interface DatabaseCheck {
  /** As it names itself: `InfluxDB 1.6.7`, `SQLite 3.45.1`. */
  readonly name: string
  /** File, database or bucket, as people call it. */
  readonly place: string
  /** Whether that is there. */
  readonly is_present: boolean
  /** Absent where that cannot be told without writing. */
  readonly may_write?: boolean
  /** Whether `createPlace` may help where it is missing. */
  readonly may_create: boolean
}

/**
 * Looks at what the settings name; changes nothing there.
 * @throws MonitorError why it cannot be looked at
 */
export async function checkDatabase(settings: DatabaseSettings, clock: Clock): Promise<DatabaseCheck> {
  const { store } = settings
  if (store.kind === 'sqlite') return checkFile(store, settings, clock)
  throw new MonitorError('DATABASE_UNSUPPORTED', 'not there yet')
}

/**
 * Makes the database or bucket that the settings name, where it is missing.
 * @throws MonitorError why it cannot be made
 */
export async function createPlace(settings: DatabaseSettings, clock: Clock): Promise<DatabaseCheck> {
  return checkDatabase(settings, clock)
}

/** A file that is missing is made with its folders when the database is used. */
async function checkFile(store: SqliteOptions, settings: DatabaseSettings, clock: Clock): Promise<DatabaseCheck> {
  const place = nameOf(settings)
  if (!(await isThere(store.file))) {
    const name = 'SQLite'
    return { name, place, is_present: false, may_write: await mayWriteBelow(dirname(store.file)), may_create: false }
  }
  const sqlite = new SqliteStore({ settings: store, writer: settings.writer, clock })
  try {
    await sqlite.probe()
    return { name: sqlite.name, place, is_present: true, may_write: true, may_create: false }
  } finally {
    await sqlite.stop()
  }
}

async function mayWriteBelow(folder: string): Promise<boolean> {
  if (!(await isThere(folder)) && dirname(folder) !== folder) return mayWriteBelow(dirname(folder))
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
