import { type ErrorCode, type MonitorError, toMonitorError } from '../../domain/errors'

/** What became of lines that were sent to a store. */
export type Verdict =
  /** All are stored, but those that it will never take. */
  | { readonly kind: 'stored'; readonly bad?: readonly BadLine[] }
  /** At least one is bad and the store does not say which: the good ones may be stored or not. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Fewer at a time may go. */
  | { readonly kind: 'too-large' }
  /** Nothing is stored, and a person has to look: everything is kept. */
  | { readonly kind: 'held'; readonly error: MonitorError }
  /** Nothing may be stored, and the cause passes by itself. `after_ms`: as the store asks. */
  | {
      readonly kind: 'retry'
      readonly error: MonitorError
      readonly after_ms?: number
      readonly lost_connection?: boolean
      readonly timed_out?: boolean
    }

/** A verdict which says that the store cannot take lines now, whatever they are. */
export type Trouble = Extract<Verdict, { readonly kind: 'held' | 'retry' }>

export interface BadLine {
  /** From 0, in the lines sent. */
  readonly index: number
  /** In the store's words. */
  readonly reason: string
  /** Older than the store keeps: no fault of anybody's. */
  readonly expired?: boolean
}

// They pass as soon as a person has been at the server, so that asking again makes sense.
const A_PERSON_HAS_TO_LOOK: ReadonlySet<ErrorCode> = new Set(['DATABASE_LOGIN_REFUSED', 'DATABASE_MISSING'])

/** What a store means by throwing. */
export function troubleOf(thrown: unknown): Trouble {
  const error = toMonitorError(thrown)
  if (error.retry === 'never' || A_PERSON_HAS_TO_LOOK.has(error.code)) return { kind: 'held', error }
  return { kind: 'retry', error, lost_connection: error.code === 'DATABASE_UNAVAILABLE' }
}
