import type { Clock, Timer } from '../../domain/clock'

const BEAT_MS = 30_000

/** Calls every so often, between `start` and `stop`. */
export class Heartbeat {
  private timer: Timer | undefined

  constructor(
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
    private readonly beat: () => void,
  ) {}

  /** May be called while it runs. */
  start(): void {
    this.timer ??= this.clock.setTimeout(() => {
      this.timer = undefined
      this.start()
      this.beat()
    }, BEAT_MS)
  }

  stop(): void {
    if (this.timer) this.clock.clearTimeout(this.timer)
    this.timer = undefined
  }
}
