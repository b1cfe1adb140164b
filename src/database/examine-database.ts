import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../domain/clock'
import { MonitorError, toMonitorError } from '../domain/errors'
import type { DatabaseSettings } from './database-settings'
import { createInflux, examineInflux } from './influx-servers'
import type { Examination } from './influx/examination'
import { SqliteStore, type SqliteStoreOptions } from './sqlite/sqlite-store'

/** Nobody who looks at a dialog waits longer. */
const LONGEST_MS = 10_000

/** What is found with these settings. It leaves nothing behind, and never rejects. */
export function examineDatabase(settings: DatabaseSettings, clock: Clock): Promise<Examination> {
  const { store, writer } = settings
  if (store.kind === 'sqlite') return examineFile({ settings: store, writer, clock })
  return examineInflux({ ...store, timeout_ms: Math.min(store.timeout_ms, LONGEST_MS) }, clock)
}

/** Makes the database or bucket of these settings where it is not there. @throws MonitorError `DATABASE_...` */
export async function createPlace({ store }: DatabaseSettings, clock: Clock): Promise<void> {
  if (store.kind !== 'sqlite')
    return createInflux({ ...store, timeout_ms: Math.min(store.timeout_ms, LONGEST_MS) }, clock)
  throw new MonitorError('DATABASE_UNSUPPORTED', 'A file is made with its folders when the flow starts')
}

async function examineFile(options: SqliteStoreOptions): Promise<Examination> {
  const { file } = options.settings
  const place = `file "${file}"`
  if (await exists(file)) return open(options, place)
  const may_write = await mayWriteBelow(dirname(file))
  const advice = may_write
    ? 'The file is made with its folders when the flow starts'
    : `Node-RED may not write to ${dirname(file)}`
  return { reachable: true, name: 'SQLite', place, found: false, may_write, advice: [advice] }
}

async function open(options: SqliteStoreOptions, place: string): Promise<Examination> {
  const store = new SqliteStore(options)
  try {
    await store.probe()
    return { reachable: true, name: store.name, place, found: true, may_write: true, advice: [] }
  } catch (thrown) {
    const { code, message } = toMonitorError(thrown)
    return { reachable: true, place, found: true, may_write: false, code, advice: [message] }
  } finally {
    await store.stop()
  }
}

async function mayWriteBelow(folder: string): Promise<boolean> {
  if (!(await exists(folder)) && dirname(folder) !== folder) return mayWriteBelow(dirname(folder))
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
