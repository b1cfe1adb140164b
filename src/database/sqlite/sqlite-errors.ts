import { MonitorError, toMonitorError, type ErrorCode } from '../../domain/errors'

/** SQLite's and the system's codes, by their beginning, since SQLite appends what it knows of the cause. */
const CODES: readonly (readonly [string, ErrorCode])[] = [
  ['SQLITE_BUSY', 'DATABASE_LOCKED'],
  ['SQLITE_LOCKED', 'DATABASE_LOCKED'],
  ['SQLITE_FULL', 'DATABASE_FULL'],
  ['ENOSPC', 'DATABASE_FULL'],
  ['EDQUOT', 'DATABASE_FULL'],
  ['SQLITE_NOTADB', 'DATABASE_INVALID'],
  ['SQLITE_CORRUPT', 'DATABASE_INVALID'],
  ['SQLITE_READONLY', 'DATABASE_UNAVAILABLE'],
  ['SQLITE_CANTOPEN', 'DATABASE_UNAVAILABLE'],
  ['SQLITE_IOERR', 'DATABASE_UNAVAILABLE'],
  ['SQLITE_PERM', 'DATABASE_UNAVAILABLE'],
  ['SQLITE_NOMEM', 'DATABASE_UNAVAILABLE'],
]

/** What the binding or the file system threw, with the path of the file. */
export function toDatabaseError(thrown: unknown, file: string, fallback: ErrorCode = 'INTERNAL'): MonitorError {
  if (thrown instanceof MonitorError) return thrown
  const given = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  const code = CODES.find(([beginning]) => given.startsWith(beginning))?.[1] ?? fallback
  const error = toMonitorError(thrown)
  return new MonitorError(code, `${file}: ${error.message}`, { cause: thrown, details: { field: 'file', value: file } })
}

/** An error as it travels between threads: a class does not. */
export interface ErrorMessage {
  readonly code: ErrorCode
  readonly message: string
  readonly details: MonitorError['details']
}

export function toErrorMessage({ code, message, details }: MonitorError): ErrorMessage {
  return { code, message, details }
}

export function fromErrorMessage({ code, message, details }: ErrorMessage): MonitorError {
  return new MonitorError(code, message, { details })
}
