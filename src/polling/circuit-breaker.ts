import type { Random } from '../domain/clock'
import type { MonitorError } from '../domain/errors'
import { backOff, REFUSAL, refusalPause } from './retry'

export type CircuitState = 'closed' | 'open' | 'half-open'

/**
 * Keeps a dead host from being asked. Closed: all may ask. Open, after `threshold` failures in a row: nobody may, until
 * a back-off has passed. Half-open: one probe is on its way, whose outcome closes the circuit or opens it for longer.
 */
export class CircuitBreaker {
  state: CircuitState = 'closed'
  /** In a row. */
  failures = 0
  /** While open: when a probe may go out, by the monotonic clock. */
  retry_at_ms = 0
  /** Why it is open where the host answers, and refuses to be read. */
  refusal: MonitorError | undefined
  private admits_at_ms = 0

  constructor(
    private readonly threshold: number,
    private readonly random: Random,
    /** The longest pause; that of a poll without it. */
    private readonly maximum_ms?: number,
  ) {}

  /** Whether a request may go out now. Whoever gets a yes while the circuit is open is the probe. */
  allows(now_ms: number): boolean {
    if (this.state === 'closed') return true
    if (this.state === 'half-open' || now_ms < this.retry_at_ms) return false
    this.state = 'half-open'
    return true
  }

  /**
   * Whether somebody who asks may be a probe ahead of time, while the host refuses: they may have mended the cause. A yes
   * counts as one.
   */
  admits(now_ms: number): boolean {
    if (this.refusal === undefined || now_ms < this.admits_at_ms) return false
    this.admits_at_ms = now_ms + REFUSAL.person_ms
    return true
  }

  succeeded(): void {
    this.state = 'closed'
    this.failures = 0
    this.refusal = undefined
  }

  /** Opens at once and for long, because the host would go on refusing. Returns the pause in ms. */
  refused(error: MonitorError, now_ms: number): number {
    const pause_ms = refusalPause(this.random)
    this.state = 'open'
    this.failures = 0
    this.refusal = error
    this.retry_at_ms = now_ms + pause_ms
    this.admits_at_ms = now_ms + REFUSAL.person_ms
    return pause_ms
  }

  /** Returns the pause in ms before the next request. */
  failed(now_ms: number): number {
    this.failures++
    const pause_ms = backOff(this.failures, this.random, this.maximum_ms)
    // A probe of a host that refused: it does not even answer now.
    if (this.failures >= this.threshold || this.state !== 'closed') {
      this.state = 'open'
      this.retry_at_ms = now_ms + pause_ms
      this.refusal = undefined
    }
    return pause_ms
  }
}
