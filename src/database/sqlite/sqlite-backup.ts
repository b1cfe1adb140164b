import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Libsql from 'libsql'
import { invalid } from '../../domain/errors'
import { toDatabaseError } from './sqlite-errors'
import type { SqliteOptions } from './sqlite-options'

/**
 * Copies the database to a new file while others use it. The copy appears whole or not at all.
 * @throws MonitorError `INPUT_INVALID` where the target exists, `DATABASE_FULL`, `DATABASE_UNAVAILABLE`
 */
export function backup(options: SqliteOptions, given: string): void {
  const target = resolve(given)
  const partial = `${target}.partial-${process.pid}`
  reserve(target)
  try {
    copy(options, partial)
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    rmSync(target, { force: true })
    throw toDatabaseError(error, target, 'DATABASE_UNAVAILABLE')
  }
}

/** Makes the target as an empty file, which fails where there is one already, whoever made it. */
function reserve(target: string): void {
  try {
    mkdirSync(dirname(target), { recursive: true })
  } catch (error) {
    throw toDatabaseError(error, target, 'DATABASE_UNAVAILABLE')
  }
  try {
    closeSync(openSync(target, 'wx'))
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (exists) throw invalid('INPUT_INVALID', 'file', target, 'a file that does not exist yet')
    throw toDatabaseError(error, target, 'DATABASE_UNAVAILABLE')
  }
}

function copy(options: SqliteOptions, partial: string): void {
  rmSync(partial, { force: true })
  const connection = new Libsql(options.file, { timeout: options.busy_timeout_ms })
  try {
    connection.prepare('VACUUM INTO ?').run([partial])
  } finally {
    connection.close()
  }
  const descriptor = openSync(partial, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
