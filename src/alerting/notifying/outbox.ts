import type { Calendar } from '../../domain/calendar'
import type { Clock } from '../../domain/clock'
import type { AlertOptions } from '../alert-options'
import { Groups, type GroupingOptions } from './grouping'
import { QuietHours } from './quiet-hours'
import { RateLimit } from './rate-limit'
import type { Telling } from './telling'

export interface OutboxParts {
  readonly options: GroupingOptions & Pick<AlertOptions, 'quiet_hours' | 'maximum_per_hour'>
  readonly calendar: Calendar
  readonly clock: Clock
  /** These leave together. */
  readonly leave: (tellings: readonly Telling[]) => void
}

/** News that have not left: they wait for their group, then for the end of quiet hours and for room. */
export class Outbox {
  readonly rate: RateLimit
  private readonly groups: Groups
  private readonly quiet: QuietHours
  /** Out of their groups; they leave as one. */
  private readonly held = new Set<Telling>()

  constructor(private readonly parts: OutboxParts) {
    const { options, calendar, clock } = parts
    this.groups = new Groups(options, clock)
    this.quiet = new QuietHours(options.quiet_hours, calendar, clock)
    this.rate = new RateLimit(options.maximum_per_hour, clock)
  }

  /** Does nothing for what is held. */
  put(telling: Telling): void {
    if (!this.held.has(telling)) this.groups.add(telling)
  }

  /** For what was held before a restart. */
  hold(telling: Telling): void {
    this.held.add(telling)
  }

  isHeld(telling: Telling): boolean {
    return this.held.has(telling)
  }

  withdraw(telling: Telling): void {
    if (!this.held.delete(telling)) this.groups.delete(telling)
  }

  /** When to be asked for what is due, by the monotonic clock; Infinity: nothing waits. */
  get next_ms(): number {
    if (this.held.size === 0) return this.groups.next_ms
    return Math.min(this.groups.next_ms, this.quiet.areNow ? this.quiet.lookAgain_ms : this.rate.room_ms)
  }

  /** Lets what is due leave. */
  release(): void {
    for (const group of this.groups.takeDue()) {
      // What has left before it may have led to commands, after which some are no news any more.
      const news = group.filter((telling) => telling.news !== undefined)
      if (news.some((telling) => telling.isCritical)) {
        this.parts.leave(news)
      } else {
        for (const telling of news) this.held.add(telling)
        this.releaseHeld()
      }
    }
    this.releaseHeld()
  }

  private releaseHeld(): void {
    if (this.held.size === 0 || this.quiet.areNow || this.rate.room_ms > this.parts.clock.monotonic()) return
    const tellings = [...this.held]
    this.held.clear()
    this.rate.count()
    this.parts.leave(tellings)
  }
}
