import type { Clock } from './clock'
import { patientTimeout } from './patient-timeout'

/**
 * Whether some work comes to an end in time; what it rejects with is an end, too. An end that has come counts, even where the
 * event loop was too busy to take it in. Never rejects.
 */
export function within(clock: Clock, limit_ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const endTimer = patientTimeout(clock, () => setImmediate(() => resolve(false)), limit_ms)
    const end = () => {
      endTimer()
      resolve(true)
    }
    work.then(end, end)
  })
}
