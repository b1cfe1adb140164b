import type { Clock, Timer } from '../../domain/clock'
import { type DurationCounts, Histogram } from '../../domain/histogram'

const EVERY_MS = 20

/**
 * How late timers are. Node's own `monitorEventLoopDelay` can only be emptied, for everybody at once; of this one each
 * reader takes the difference since it looked last.
 */
export class EventLoopMeter {
  private readonly delays = new Histogram()
  private timer: Timer | undefined

  constructor(private readonly clock: Pick<Clock, 'monotonic' | 'setTimeout' | 'clearTimeout'>) {}

  start(): void {
    this.wait()
  }

  /** May be called twice. */
  stop(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }

  delays_ms(): DurationCounts {
    return this.delays.snapshot()
  }

  private wait(): void {
    const { clock } = this
    const planned_ms = clock.monotonic() + EVERY_MS
    this.timer = clock.setTimeout(() => {
      this.delays.add(clock.monotonic() - planned_ms)
      this.wait()
    }, EVERY_MS)
    this.timer.unref?.()
  }
}
