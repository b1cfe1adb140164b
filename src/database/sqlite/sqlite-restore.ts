import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { MonitorError } from '../../domain/errors'
import { syncFile, syncFolderOf } from './sqlite-backup'
import { checkCopy } from './sqlite-check'
import { toDatabaseError } from './sqlite-errors'
import type { RestoreOrder } from './sqlite-messages'

/**
 * Puts a copy of the backup in the place of the file, which nobody has open; what stood there gets another name. Whenever
 * the power goes, either of them stands there, whole.
 * @throws MonitorError `DATABASE_UNAVAILABLE`, `DATABASE_INVALID`, `DATABASE_FULL`, `DATABASE_LOCKED`: nothing has changed
 */
export function restore({ file, backup, aside }: RestoreOrder): void {
  checkCopy(backup)
  assertClosed(file)
  const partial = `${file}.partial`
  try {
    rmSync(partial, { force: true })
    copyFileSync(backup, partial)
    syncFile(partial)
    keepAside(file, aside)
    renameSync(partial, file)
    syncFolderOf(file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw toDatabaseError(error, file, 'DATABASE_UNAVAILABLE')
  }
}

/** Whoever closes a file as the last takes its log away; one that is left would be read into the file that comes. */
function assertClosed(file: string): void {
  if (![`${file}-wal`, `${file}-journal`].some((log) => existsSync(log))) return
  throw new MonitorError('DATABASE_LOCKED', `${file} is open in another program: close it there first`)
}

/** A second name costs no space; some file systems have none. */
function keepAside(file: string, aside: string): void {
  if (!existsSync(file)) return
  try {
    linkSync(file, aside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw error
    copyFileSync(file, aside)
  }
}
