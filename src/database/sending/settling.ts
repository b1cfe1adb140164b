import type { Clock, Timer } from '../../domain/clock'

interface Waiting {
  readonly until: number
  readonly timer: Timer
  readonly resolve: (settled: boolean) => void
}

/** Those who wait until what is in the spool has been acknowledged. Lines are acknowledged oldest first, so counting does. */
export class Settling {
  private acknowledged = 0
  private readonly all = new Set<Waiting>()

  constructor(private readonly clock: Clock) {}

  get isAwaited(): boolean {
    return this.all.size > 0
  }

  /** True as soon as so many lines more are acknowledged. */
  wait(lines: number, patience_ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimeout(() => this.end(waiting, false), patience_ms)
      const waiting: Waiting = { until: this.acknowledged + lines, timer, resolve }
      this.all.add(waiting)
    })
  }

  /** `left`: lines in the spool. Some may have been dropped, and are never acknowledged. */
  advance(lines: number, left: number): void {
    this.acknowledged += lines
    for (const waiting of this.all) if (left <= 0 || waiting.until <= this.acknowledged) this.end(waiting, true)
  }

  /** So many of the acknowledged are to be sent again. */
  rewind(lines: number): void {
    this.acknowledged -= lines
  }

  giveUp(): void {
    for (const waiting of this.all) this.end(waiting, false)
  }

  private end(waiting: Waiting, settled: boolean): void {
    this.all.delete(waiting)
    this.clock.clearTimeout(waiting.timer)
    waiting.resolve(settled)
  }
}
