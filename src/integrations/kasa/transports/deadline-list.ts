import type { Clock, Timer } from '../../../domain/clock'

/** What can wait in a `DeadlineList`: in one at a time. The list alone touches these fields. */
export abstract class Expiring {
  deadline_at = 0
  previous: Expiring | undefined
  next: Expiring | undefined

  abstract onDeadline(): void
}

/**
 * Deadlines that all lie equally far ahead when they are set: the oldest entry is the first to expire, so one timer
 * serves any number of exchanges, and an exchange that ends in time costs no timer at all.
 *
 * A linked list, because a `Set` that thousands of entries pass through every second keeps the garbage collector
 * busy: its outgrown tables live on for a while, and with them all that they held (a quarter of a poll's CPU).
 */
export class DeadlineList {
  private oldest: Expiring | undefined
  private newest: Expiring | undefined
  private timer: Timer | undefined

  constructor(
    private readonly clock: Clock,
    private readonly duration_ms: number,
  ) {}

  /** `now` is the clock's monotonic time. */
  add(entry: Expiring, now: number): void {
    entry.deadline_at = now + this.duration_ms
    entry.previous = this.newest
    if (this.newest) this.newest.next = entry
    else this.oldest = entry
    this.newest = entry
    if (!this.timer) this.arm(this.duration_ms)
  }

  /** Nothing happens where the entry is not in the list. */
  delete(entry: Expiring): void {
    const { previous, next } = entry
    if (!previous && this.oldest !== entry) return
    if (previous) previous.next = next
    else this.oldest = next
    if (next) next.previous = previous
    else this.newest = previous
    entry.previous = entry.next = undefined
  }

  stop(): void {
    while (this.oldest) this.delete(this.oldest)
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private arm(delay_ms: number): void {
    this.timer = this.clock.setTimeout(this.onTimer, delay_ms)
  }

  private readonly onTimer = (): void => {
    this.timer = undefined
    const now = this.clock.monotonic()
    while (this.oldest && this.oldest.deadline_at <= now) {
      const entry = this.oldest
      this.delete(entry)
      entry.onDeadline()
    }
    if (this.oldest && !this.timer) this.arm(Math.max(1, this.oldest.deadline_at - now))
  }
}
