import { existsSync } from 'node:fs'
import Libsql from 'libsql'
import { MonitorError } from '../../domain/errors'
import { toDatabaseError } from './sqlite-errors'
import { firstValue, recognise } from './sqlite-schema'

/**
 * Reads a copy from its first page to its last, and changes nothing.
 * @throws MonitorError `DATABASE_UNAVAILABLE` where there is none, `DATABASE_INVALID` where it is damaged or none of ours
 */
export function checkCopy(file: string): void {
  if (!existsSync(file)) {
    const details = { field: 'file', value: file, range: 'a backup that is there' }
    throw new MonitorError('DATABASE_UNAVAILABLE', `${file} is not there`, { details })
  }
  try {
    const connection = new Libsql(file)
    try {
      connection.exec('PRAGMA query_only = ON')
      recognise(connection, file)
      assertReadings(firstValue(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'reading'") === 1, file)
      assertSound(firstValue(connection, 'PRAGMA integrity_check(1)'), file)
    } finally {
      connection.close()
    }
  } catch (error) {
    throw toDatabaseError(error, file, 'DATABASE_INVALID')
  }
}

function assertReadings(hasReadings: boolean, file: string): void {
  if (!hasReadings) throw damaged(file, 'it holds no readings')
}

function assertSound(verdict: unknown, file: string): void {
  if (verdict !== 'ok') throw damaged(file, String(verdict))
}

function damaged(file: string, reason: string): MonitorError {
  const details = { field: 'file', value: file, range: 'a sound backup made by this pack' }
  return new MonitorError('DATABASE_INVALID', `${file} is no sound backup: ${reason}`, { details })
}
