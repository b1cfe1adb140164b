import { Chain, type Link } from '../../../domain/chain'
import type { Clock, Timer } from '../../../domain/clock'

/** Whoever holds the event loop for so long keeps replies unread that came in time. */
const HELD_MS = 20

/** What can wait in a `DeadlineList`: in one at a time. The list alone touches these fields. */
export abstract class Expiring implements Link<Expiring> {
  deadline_at = 0
  previous: Expiring | undefined
  next: Expiring | undefined

  abstract onDeadline(): void
}

/**
 * Deadlines that all lie equally far ahead when they are set: the oldest entry is the first to expire, so one timer
 * serves any number of exchanges, and an exchange that ends in time costs no timer at all. As long as the event loop was held
 * when time was up, once more is waited: no device is silent because a machine stands still, or another flow computes.
 */
export class DeadlineList {
  private readonly entries = new Chain<Expiring>()
  private timer: Timer | undefined
  private due_at = 0
  private isProlonged = false

  constructor(
    private readonly clock: Clock,
    private readonly duration_ms: number,
  ) {}

  /** `now` is the clock's monotonic time. */
  add(entry: Expiring, now: number): void {
    entry.deadline_at = now + this.duration_ms
    this.entries.append(entry)
    if (!this.timer) this.arm(now, this.duration_ms)
  }

  /** Nothing happens where the entry is not in the list. */
  delete(entry: Expiring): void {
    this.entries.delete(entry)
  }

  stop(): void {
    this.entries.clear()
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  private arm(now: number, delay_ms: number): void {
    this.due_at = now + delay_ms
    this.timer = this.clock.setTimeout(this.onTimer, delay_ms)
  }

  private readonly onTimer = (): void => {
    this.timer = undefined
    const now = this.clock.monotonic()
    let { oldest } = this.entries
    const held_ms = now - this.due_at
    this.isProlonged = held_ms > HELD_MS && !this.isProlonged
    if (this.isProlonged && oldest) return this.arm(now, Math.min(held_ms, this.duration_ms))
    for (; oldest && oldest.deadline_at <= now; oldest = this.entries.oldest) {
      this.delete(oldest)
      oldest.onDeadline()
    }
    if (oldest && !this.timer) this.arm(now, Math.max(1, oldest.deadline_at - now))
  }
}
