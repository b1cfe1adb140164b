import type { Clock, Timer } from '../domain/clock'

/** Owns the timers of one device. */
export class Timers {
  private readonly running = new Set<Timer>()

  constructor(private readonly clock: Clock) {}

  after(delay_ms: number, callback: () => void): Timer {
    const timer = this.clock.setTimeout(() => {
      this.running.delete(timer)
      callback()
    }, delay_ms)
    this.running.add(timer)
    return timer
  }

  runs(timer: Timer | undefined): boolean {
    return timer !== undefined && this.running.has(timer)
  }

  cancel(timer: Timer): void {
    this.running.delete(timer)
    this.clock.clearTimeout(timer)
  }

  cancelAll(): void {
    for (const timer of this.running) this.clock.clearTimeout(timer)
    this.running.clear()
  }
}
