import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import { MonitorError } from '../../domain/errors'
import { toDatabaseError } from './sqlite-errors'
import type { SqliteOptions } from './sqlite-options'
import { firstValue, prepareSchema, recognise } from './sqlite-schema'

export type Connection = Libsql.Database

const MEGABYTE = 1024 * 1024
const HEADER = 'SQLite format 3\0'

/**
 * Opens or makes the file. The binding says no more than "cannot open", so that the path is looked at first.
 * @throws MonitorError `DATABASE_UNAVAILABLE`, `DATABASE_INVALID`, `DATABASE_LOCKED`, `DATABASE_FULL`
 */
export function openConnection(options: SqliteOptions): Connection {
  try {
    checkPath(options.file)
    const connection = new Libsql(options.file, { timeout: options.busy_timeout_ms })
    try {
      recognise(connection, options.file)
      applyOptions(connection, options)
      prepareSchema(connection)
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw toDatabaseError(error, options.file, 'DATABASE_UNAVAILABLE')
  }
}

/** Lets SQLite learn from the queries that ran, and empties the log, so that the file alone is the whole database. */
export function closeConnection(connection: Connection): void {
  try {
    connection.exec('PRAGMA optimize')
    firstValue(connection, 'PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    connection.close()
  }
}

function applyOptions(connection: Connection, options: SqliteOptions): void {
  const page_bytes = Number(firstValue(connection, 'PRAGMA page_size'))
  const pages = options.maximum_mb === 0 ? 0xfffffffe : Math.floor((options.maximum_mb * MEGABYTE) / page_bytes)
  const pragmas = [
    // Means something to a new file alone, and only as long as nothing was written to it.
    'auto_vacuum = INCREMENTAL',
    `busy_timeout = ${options.busy_timeout_ms}`,
    `journal_mode = ${options.journal_mode}`,
    `synchronous = ${options.synchronous}`,
    `temp_store = ${options.temp_store}`,
    `cache_size = ${-options.cache_mb * 1024}`,
    `mmap_size = ${options.mmap_mb * MEGABYTE}`,
    `max_page_count = ${pages}`,
  ]
  for (const pragma of pragmas) connection.exec(`PRAGMA ${pragma}`)
}

function checkPath(file: string): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true })
  accessSync(folder, constants.W_OK)
  if (!existsSync(file)) return
  if (!statSync(file).isFile()) {
    const details = { field: 'file', value: file, range: 'the path of a file' }
    throw new MonitorError('DATABASE_UNAVAILABLE', `${file} is not a file`, { details })
  }
  accessSync(file, constants.R_OK | constants.W_OK)
  if (!isDatabase(file)) {
    const details = { field: 'file', value: file, range: 'a new file, or one made by this pack' }
    throw new MonitorError('DATABASE_INVALID', `${file} is no database; it is left as it is`, { details })
  }
}

function isDatabase(file: string): boolean {
  const descriptor = openSync(file, 'r')
  try {
    const start = Buffer.alloc(HEADER.length)
    const length = readSync(descriptor, start, 0, start.length, 0)
    return length === 0 || start.toString('latin1', 0, length) === HEADER
  } finally {
    closeSync(descriptor)
  }
}
