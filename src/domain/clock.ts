/** A running timer, to be handed back to the clock that made it. */
export type Timer = { readonly unref?: () => unknown }

/** Where time comes from. Tests bring their own, so that none of them sleeps. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. It may jump; use it for timestamps alone. */
  now(): number
  /** Milliseconds since some fixed moment. It never goes back; use it for durations. */
  monotonic(): number
  setTimeout(callback: () => void, delay_ms: number): Timer
  clearTimeout(timer: Timer): void
}

/** A number in [0, 1), like `Math.random`. */
export type Random = () => number

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delay_ms) => setTimeout(callback, delay_ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}
