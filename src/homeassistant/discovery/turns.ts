import type { Clock, Timer } from '../../domain/clock'

const SHORTEST_TICK_MS = 10

export interface TurnsOptions<Speaker> {
  readonly clock: Clock
  /** So many turns in a second at most. */
  readonly per_s: number
  /** Whether somebody else has to be first. */
  readonly mustWait: (speaker: Speaker) => boolean
  /** It is its turn. */
  readonly take: (speaker: Speaker) => void
}

interface Due {
  /** When it has something to say, on the monotonic clock; Infinity: never. */
  readonly due_ms: number
}

/** Who has something to say, one after the other, by one timer. */
export class Turns<Speaker extends Due> {
  private readonly waiting = new Set<Speaker>()
  private readonly tick_ms: number
  private readonly per_tick: number
  private timer: Timer | undefined
  private timer_ms = Infinity
  private last_ms = -Infinity
  private isHeld = true

  constructor(private readonly options: TurnsOptions<Speaker>) {
    this.tick_ms = Math.max(SHORTEST_TICK_MS, 1000 / options.per_s)
    this.per_tick = Math.max(1, Math.floor((options.per_s * this.tick_ms) / 1000))
  }

  /** It has something to say from now on, or at another time than before. */
  add(speaker: Speaker): void {
    this.waiting.add(speaker)
    this.wakeAt(speaker.due_ms)
  }

  /** Until `release`; whoever has something to say waits. */
  hold(): void {
    this.isHeld = true
    this.cancel()
  }

  release(): void {
    this.isHeld = false
    this.wakeAt(this.options.clock.monotonic())
  }

  private tick(): void {
    this.cancel()
    const now_ms = this.options.clock.monotonic()
    const ready: Speaker[] = []
    let next_ms = Infinity
    for (const speaker of this.waiting) {
      if (speaker.due_ms === Infinity) this.waiting.delete(speaker)
      else if (this.options.mustWait(speaker)) continue
      else if (speaker.due_ms > now_ms) next_ms = Math.min(next_ms, speaker.due_ms)
      else if (ready.length < this.per_tick) ready.push(speaker)
      else next_ms = now_ms
    }
    if (ready.length > 0) this.last_ms = now_ms
    for (const speaker of ready) {
      this.options.take(speaker)
      next_ms = now_ms
    }
    this.wakeAt(next_ms)
  }

  private wakeAt(due_ms: number): void {
    const at_ms = Math.max(due_ms, this.last_ms + this.tick_ms)
    if (this.isHeld || at_ms >= this.timer_ms) return
    this.cancel()
    const { clock } = this.options
    this.timer_ms = at_ms
    this.timer = clock.setTimeout(() => this.tick(), at_ms - clock.monotonic())
  }

  private cancel(): void {
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.timer_ms = Infinity
  }
}
