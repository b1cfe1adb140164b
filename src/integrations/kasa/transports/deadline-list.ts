import type { Clock, Timer } from '../../../domain/clock'

export interface Expiring {
  deadline_at: number
  onDeadline(): void
}

/**
 * Deadlines that all lie equally far ahead when they are set: the oldest entry is the first to expire, so one timer
 * serves any number of exchanges, and an exchange that ends in time costs no timer at all.
 */
export class DeadlineList {
  private readonly entries = new Set<Expiring>()
  private timer: Timer | undefined

  constructor(
    private readonly clock: Clock,
    private readonly duration_ms: number,
  ) {}

  /** `now` is the clock's monotonic time. */
  add(entry: Expiring, now: number): void {
    entry.deadline_at = now + this.duration_ms
    this.entries.add(entry)
    if (!this.timer) this.arm(this.duration_ms)
  }

  delete(entry: Expiring): void {
    this.entries.delete(entry)
  }

  stop(): void {
    this.entries.clear()
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private arm(delay_ms: number): void {
    this.timer = this.clock.setTimeout(this.onTimer, delay_ms)
  }

  private readonly onTimer = (): void => {
    this.timer = undefined
    const now = this.clock.monotonic()
    for (const entry of this.entries) {
      if (entry.deadline_at > now) break
      this.entries.delete(entry)
      entry.onDeadline()
    }
    const [oldest] = this.entries
    if (oldest && !this.timer) this.arm(Math.max(1, oldest.deadline_at - now))
  }
}
