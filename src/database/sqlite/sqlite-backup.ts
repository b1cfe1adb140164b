import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
} from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import { invalid } from '../../domain/errors'
import { checkCopy } from './sqlite-check'
import { toDatabaseError } from './sqlite-errors'
import type { BackupOrder } from './sqlite-messages'

/**
 * Copies the database to a new file while others use it. The copy appears whole, and read through once, or not at all.
 * @throws MonitorError `INPUT_INVALID` where the target exists, `DATABASE_FULL`, `DATABASE_INVALID`, `DATABASE_UNAVAILABLE`
 */
export function backup(order: BackupOrder): void {
  const { target, partial } = order
  if (existsSync(target)) throw alreadyThere(target)
  try {
    mkdirSync(dirname(target), { recursive: true })
    copy(order)
    checkCopy(partial)
    syncFile(partial)
    publish(partial, target)
    syncFolderOf(target)
  } catch (error) {
    throw codeOf(error) === 'EEXIST' && existsSync(target)
      ? alreadyThere(target)
      : toDatabaseError(error, target, 'DATABASE_UNAVAILABLE')
  }
}

function copy({ options, partial }: BackupOrder): void {
  rmSync(partial, { force: true })
  const connection = new Libsql(options.file, { timeout: options.busy_timeout_ms })
  try {
    // Of the copy, where the file is too old to have it.
    connection.exec('PRAGMA auto_vacuum = INCREMENTAL')
    connection.prepare('VACUUM INTO ?').run([partial])
  } finally {
    connection.close()
  }
}

/** What the file holds is on disk when this returns. */
export function syncFile(file: string): void {
  sync(file, 'r+')
}

/** A name is on disk with the folder that it is in. Windows cannot open one, and needs it not. */
export function syncFolderOf(file: string): void {
  if (process.platform !== 'win32') sync(dirname(file), 'r')
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A link, unlike a renaming, fails where somebody made the file meanwhile; some file systems have none. */
function publish(partial: string, target: string): void {
  try {
    linkSync(partial, target)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error
    copyFileSync(partial, target, constants.COPYFILE_EXCL)
  }
}

function alreadyThere(target: string): Error {
  return invalid('INPUT_INVALID', 'file', target, 'a file that does not exist yet')
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
