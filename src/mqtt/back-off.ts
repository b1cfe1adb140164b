import type { Random } from '../domain/clock'

const FIRST_MS = 1000
const SPREAD = 0.25
const LONGEST_MS = 60_000

/** How long to wait before another attempt: twice as long as before it. */
export class BackOff {
  private failures = 0

  constructor(private readonly random: Random) {}

  /** Spread, because many that have lost one broker must not come back to it together. */
  next(): number {
    const pause_ms = FIRST_MS * 2 ** this.failures * (1 + SPREAD * this.random())
    if (pause_ms < LONGEST_MS) this.failures++
    return Math.min(pause_ms, LONGEST_MS)
  }

  reset(): void {
    this.failures = 0
  }
}
