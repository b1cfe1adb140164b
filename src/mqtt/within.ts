import type { Clock } from '../domain/clock'

/** Whether it comes to an end within this time. What it rejects with is an end, too. */
export function within(work: Promise<unknown>, limit_ms: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => resolve(false), limit_ms)
    const end = () => {
      clock.clearTimeout(timer)
      resolve(true)
    }
    work.then(end, end)
  })
}
