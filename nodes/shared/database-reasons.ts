import type { ErrorCode } from '../../src/domain/errors'

const REASONS: { readonly [Code in ErrorCode]?: string } = {
  DATABASE_UNAVAILABLE: 'database away',
  DATABASE_LOCKED: 'file locked',
  DATABASE_FULL: 'no space',
  DATABASE_INVALID: 'no database file',
  DATABASE_LOGIN_REFUSED: 'login refused',
  DATABASE_MISSING: 'database missing',
  DATABASE_UNSUPPORTED: 'not supported',
  ROLL_UP_UNVERIFIED: 'not read back as written',
  RETENTION_LAGGING: 'what is due waits',
  SPOOL_LOCKED: 'spool locked',
  QUEUE_FULL: 'spool full',
}

/** What is wrong with a database, in a word or two for a status; `otherwise` where there is no code, or no word for it. */
export function reasonOf(code: ErrorCode | undefined, otherwise: string): string {
  return (code && REASONS[code]) ?? otherwise
}
