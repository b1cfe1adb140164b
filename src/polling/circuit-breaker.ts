import type { Random } from '../domain/clock'
import { backOff } from './retry'

/**
 * Keeps a dead host from being asked. Closed: all may ask. Open, after `threshold` failures in a row: nobody may, until
 * a back-off has passed. Half-open: one probe is on its way, whose outcome closes the circuit or opens it for longer.
 */
export class CircuitBreaker {
  state: 'closed' | 'open' | 'half-open' = 'closed'
  /** In a row. */
  failures = 0
  /** While open: when a probe may go out, by the monotonic clock. */
  retry_at_ms = 0

  constructor(
    private readonly threshold: number,
    private readonly random: Random,
  ) {}

  /** Whether a request may go out now. Whoever gets a yes while the circuit is open is the probe. */
  allows(now_ms: number): boolean {
    if (this.state === 'closed') return true
    if (this.state === 'half-open' || now_ms < this.retry_at_ms) return false
    this.state = 'half-open'
    return true
  }

  succeeded(): void {
    this.state = 'closed'
    this.failures = 0
  }

  /** Returns the pause in ms before the next request. */
  failed(now_ms: number): number {
    this.failures++
    const pause_ms = backOff(this.failures, this.random)
    if (this.failures >= this.threshold) {
      this.state = 'open'
      this.retry_at_ms = now_ms + pause_ms
    }
    return pause_ms
  }
}
