import type { Random } from '../../domain/clock'
import { BACK_OFF, backOff } from '../../polling/retry'

const MAXIMUM_MS = 60_000
const MAXIMUM_ASKED_MS = 600_000
const ASKED_SPREAD = 0.2

/** How long to leave a store alone after failures in a row. */
export class BackOff {
  private failures = 0

  constructor(private readonly random: Random) {}

  /**
   * Milliseconds. Exponential with full jitter, because many that lost one store must not come back to it together; a store that
   * asks for a time gets it, within reason.
   */
  next(asked_ms?: number): number {
    this.failures++
    if (asked_ms !== undefined) {
      const spread_ms = Math.max(BACK_OFF.minimum_ms, asked_ms) * (1 + ASKED_SPREAD * this.random())
      return Math.min(MAXIMUM_ASKED_MS, spread_ms)
    }
    return backOff(this.failures, this.random, MAXIMUM_MS)
  }

  reset(): void {
    this.failures = 0
  }
}
