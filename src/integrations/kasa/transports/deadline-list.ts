import { Chain, type Link } from '../../../domain/chain'
import type { Clock } from '../../../domain/clock'
import { patientTimeout } from '../../../domain/patient-timeout'

/** What can wait in a `DeadlineList`: in one at a time. The list alone touches these fields. */
export abstract class Expiring implements Link<Expiring> {
  deadline_at = 0
  previous: Expiring | undefined
  next: Expiring | undefined

  abstract onDeadline(): void
}

/**
 * Deadlines that all lie equally far ahead when they are set: the oldest entry is the first to expire, so one timer
 * serves any number of exchanges, and an exchange that ends in time costs no timer at all.
 */
export class DeadlineList {
  private readonly entries = new Chain<Expiring>()
  private endTimer: (() => void) | undefined

  constructor(
    private readonly clock: Clock,
    private readonly duration_ms: number,
  ) {}

  /** `now` is the clock's monotonic time. */
  add(entry: Expiring, now: number): void {
    entry.deadline_at = now + this.duration_ms
    this.entries.append(entry)
    if (!this.endTimer) this.arm(this.duration_ms)
  }

  /** Nothing happens where the entry is not in the list. */
  delete(entry: Expiring): void {
    this.entries.delete(entry)
  }

  stop(): void {
    this.entries.clear()
    this.endTimer?.()
    this.endTimer = undefined
  }

  private arm(delay_ms: number): void {
    this.endTimer = patientTimeout(this.clock, this.onTimer, delay_ms, this.duration_ms)
  }

  private readonly onTimer = (): void => {
    this.endTimer = undefined
    const now = this.clock.monotonic()
    let { oldest } = this.entries
    for (; oldest && oldest.deadline_at <= now; oldest = this.entries.oldest) {
      this.delete(oldest)
      oldest.onDeadline()
    }
    if (oldest && !this.endTimer) this.arm(Math.max(1, oldest.deadline_at - now))
  }
}
