import type { Clock } from './clock'
import { patientTimeout } from './patient-timeout'

/** Whether some work comes to an end in time. What it rejects with is an end, too. Never rejects. */
export function within(clock: Clock, limit_ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const endTimer = patientTimeout(clock, () => resolve(false), limit_ms)
    const end = () => {
      endTimer()
      resolve(true)
    }
    work.then(end, end)
  })
}
