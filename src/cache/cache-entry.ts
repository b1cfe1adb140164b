import { invalid, type ErrorCode } from '../domain/errors'
import type { CacheKind } from './cache-options'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Why nobody could bring a value, as all who wait for it hear. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

export interface EntryFields {
  readonly kind: CacheKind
  /** Groups that it is invalidated with. */
  readonly tags: readonly string[]
  /** When the value was brought, by the monotonic clock of this process. */
  readonly stored_ms: number
  /** For how long after that it is fresh. */
  readonly fresh_ms: number
  /** For how long after that it may be served while somebody brings a new one. */
  readonly stale_ms: number
  /** Instead of a value: nobody could bring one. The value is null then. */
  readonly failure?: Failure | undefined
}

/**
 * A value as every level keeps it: what comes back is what JSON makes of it, whichever level it comes from. It is shared
 * by all who ask: nobody may change it.
 */
export class CacheEntry implements EntryFields {
  readonly kind: CacheKind
  readonly tags: readonly string[]
  readonly stored_ms: number
  readonly fresh_ms: number
  readonly stale_ms: number
  readonly failure: Failure | undefined
  private parsed: Json | undefined

  constructor(
    fields: EntryFields,
    /** JSON of the value. */
    readonly text: string,
  ) {
    this.kind = fields.kind
    this.tags = fields.tags
    this.stored_ms = fields.stored_ms
    this.fresh_ms = fields.fresh_ms
    this.stale_ms = fields.stale_ms
    this.failure = fields.failure
  }

  /** Parsed when first asked for: most values are replaced before anybody asks. */
  get value(): Json {
    if (this.parsed === undefined) this.parsed = JSON.parse(this.text) as Json
    return this.parsed
  }

  /** When no level may serve it any more, by the monotonic clock. */
  get ends_ms(): number {
    return this.stored_ms + this.fresh_ms + this.stale_ms
  }

  isFresh(now_ms: number): boolean {
    return now_ms < this.stored_ms + this.fresh_ms
  }
}

/** @throws MonitorError `INPUT_INVALID` naming `value` where JSON cannot hold it */
export function jsonOf(value: unknown): string {
  const range = 'a value that JSON can hold: no function, no circle, nothing undefined'
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined) return text
  } catch {
    // Said below.
  }
  throw invalid('INPUT_INVALID', 'value', value, range)
}
