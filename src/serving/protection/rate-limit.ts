import type { Clock } from '../../domain/clock'

/** Keys and addresses that are counted at a time; the one that was first seen gives way. */
const MOST_BUCKETS = 10_000
const MINUTE_MS = 60_000

interface Bucket {
  tokens: number
  filled_ms: number
}

/** What is left for one who asks. */
export interface Allowance {
  readonly is_allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Until all of it is there again. */
  readonly reset_s: number
  /** Until the next is allowed; 0 where it is. */
  readonly retry_s: number
}

/** A bucket of tokens for each: as many as a minute's at once, and from then on as they come back. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>()

  constructor(
    private readonly per_min: number,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Counts one request. @param name of a key, or an address */
  take(name: string): Allowance {
    const bucket = this.filled(name)
    const is_allowed = bucket.tokens >= 1
    if (is_allowed) bucket.tokens--
    const { per_min } = this
    return {
      is_allowed,
      limit: per_min,
      remaining: Math.floor(bucket.tokens),
      reset_s: Math.ceil(((per_min - bucket.tokens) / per_min) * 60),
      retry_s: is_allowed ? 0 : Math.ceil(((1 - bucket.tokens) / per_min) * 60),
    }
  }

  private filled(name: string): Bucket {
    const now_ms = this.clock.monotonic()
    const bucket = this.buckets.get(name)
    if (bucket) {
      const come_back = ((now_ms - bucket.filled_ms) / MINUTE_MS) * this.per_min
      bucket.tokens = Math.min(this.per_min, bucket.tokens + come_back)
      bucket.filled_ms = now_ms
      return bucket
    }
    if (this.buckets.size >= MOST_BUCKETS) this.forgetOldest()
    const fresh = { tokens: this.per_min, filled_ms: now_ms }
    this.buckets.set(name, fresh)
    return fresh
  }

  private forgetOldest(): void {
    for (const name of this.buckets.keys()) {
      this.buckets.delete(name)
      return
    }
  }
}
