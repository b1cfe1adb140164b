import { systemClock, type Clock } from '../../src/domain/clock'

/** Real time, in which pauses are so many times shorter: for tests that wait for a retry against real files or servers. */
export function fastClock(times: number): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * times,
    setTimeout: (callback, delay_ms) => systemClock.setTimeout(callback, delay_ms / times),
    clearTimeout: (timer) => systemClock.clearTimeout(timer),
  }
}
