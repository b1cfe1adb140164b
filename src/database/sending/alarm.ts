import type { Clock, Timer } from '../../domain/clock'

/** Waits until a moment, or until it is rung before; one wait at a time. Moments are on the monotonic clock. */
export class Alarm {
  private set: { readonly at: number; readonly ring: () => void } | undefined

  constructor(private readonly clock: Clock) {}

  /** With `Infinity` it has no timer, and rings when it is told to. */
  until(at: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: Timer | undefined
      const ring = (): void => {
        if (timer) this.clock.clearTimeout(timer)
        this.set = undefined
        resolve()
      }
      if (at < Infinity) timer = this.clock.setTimeout(ring, at - this.clock.monotonic())
      this.set = { at, ring }
    })
  }

  /** Rings where it is set to a later moment. */
  notLaterThan(at: number): void {
    if (this.set && at < this.set.at) this.set.ring()
  }

  ring(): void {
    this.set?.ring()
  }
}
