import type { Clock, Timer } from '../domain/clock'

const LONGEST_WAIT_MS = 60_000
const HOUR_MS = 3_600_000

export interface ScheduleOptions {
  readonly clock: Clock
  /** When the next run is due that nothing hastens, ms since the epoch. */
  readonly nextDue: (now: number) => number
  readonly onDue: () => void
  /** Called every minute. */
  readonly onTick: () => void
}

/** When to run: by the wall clock, which may be set, and on which a machine may have slept. So it looks every minute. */
export class Schedule {
  private timer: Timer | undefined
  /** One of both: a moment by the wall clock, or by the other one. */
  private due_wall: number | undefined
  private due_at: number | undefined

  constructor(private readonly options: ScheduleOptions) {}

  /** Runs after so long, and then not again until it is told. */
  after(delay_ms: number): void {
    this.due_wall = undefined
    this.due_at = this.options.clock.monotonic() + delay_ms
    this.wait()
  }

  /** Runs when something is due, at least every hour. */
  next(): void {
    this.due_wall = this.nextDue()
    this.due_at = undefined
    this.wait()
  }

  stop(): void {
    if (this.timer) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.due_wall = this.due_at = undefined
  }

  /** ms since the epoch. */
  get next_run(): number | undefined {
    const { clock } = this.options
    return this.due_at === undefined ? this.due_wall : clock.now() + this.due_at - clock.monotonic()
  }

  private nextDue(): number {
    const now = this.options.clock.now()
    return Math.min(this.options.nextDue(now), now + HOUR_MS)
  }

  private wait(): void {
    const { clock } = this.options
    if (this.timer) clock.clearTimeout(this.timer)
    const left_ms = (this.next_run ?? Infinity) - clock.now()
    this.timer = clock.setTimeout(() => this.tick(), Math.min(LONGEST_WAIT_MS, Math.max(0, left_ms)))
  }

  private tick(): void {
    const { clock, onDue, onTick } = this.options
    this.timer = undefined
    // A clock that was set back would make it wait for as long.
    if (this.due_wall !== undefined && this.due_wall - clock.now() > HOUR_MS) this.due_wall = this.nextDue()
    const isDue = this.next_run !== undefined && this.next_run <= clock.now()
    if (isDue) this.due_wall = this.due_at = undefined
    this.wait()
    onTick()
    if (isDue) onDue()
  }
}
