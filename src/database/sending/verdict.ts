import type { MonitorError } from '../../domain/errors'

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
    }

export interface BadLine {
  /** From 0, in the lines sent. */
  readonly index: number
  /** In the store's words. */
  readonly reason: string
  /** Older than the store keeps: no fault of anybody's. */
  readonly expired?: boolean
}
