import type { Calendar, DaySpan } from '../../domain/calendar'
import type { Clock } from '../../domain/clock'

/** The wall clock may be set at any moment. */
const LOOK_AGAIN_MS = 60_000
const SHORTEST_LOOK_MS = 1000

/** When what is not critical waits. By the wall clock of the node's time zone. */
export class QuietHours {
  constructor(
    private readonly span: DaySpan | undefined,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
  ) {}

  get areNow(): boolean {
    return this.span !== undefined && this.calendar.within(this.span, this.clock.now())
  }

  /** When to ask again whether they are over, by the monotonic clock. */
  get lookAgain_ms(): number {
    const wall_ms = this.clock.now()
    const end_ms = this.span && this.calendar.endOf(this.span, wall_ms)
    const left_ms = end_ms === undefined ? LOOK_AGAIN_MS : end_ms - wall_ms
    return this.clock.monotonic() + Math.max(SHORTEST_LOOK_MS, Math.min(left_ms, LOOK_AGAIN_MS))
  }
}
