import type { Clock } from '../../domain/clock'
import { patientTimeout } from '../../domain/patient-timeout'

/**
 * What comes of it, or rejects with `late()` after `limit_ms`. A reply that has arrived counts, even where the event loop was too
 * busy to take it in: the time of a loop that was held up is not that of Redis.
 */
export function inTime<T>(reply: Promise<T>, limit_ms: number, clock: Clock, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const endTimer = patientTimeout(clock, () => setImmediate(() => reject(late())), limit_ms)
    const settle = (then: () => void) => {
      endTimer()
      then()
    }
    reply.then(
      (value) => settle(() => resolve(value)),
      (thrown: unknown) => settle(() => reject(thrown as Error)),
    )
  })
}
