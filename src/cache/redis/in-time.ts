import type { Clock } from '../../domain/clock'

/**
 * What comes of it, or rejects with `late()` after `limit_ms`. A reply that has arrived counts, even where the event loop was too
 * busy to take it in: the time of a loop that was held up is not that of Redis.
 */
export function inTime<T>(reply: Promise<T>, limit_ms: number, clock: Clock, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    let begun_ms = clock.monotonic()
    let was_held_up = false
    const expire = () => {
      const waited_ms = clock.monotonic() - begun_ms
      if (!was_held_up && waited_ms > 2 * limit_ms) {
        was_held_up = true
        begun_ms += waited_ms
        timer = clock.setTimeout(expire, limit_ms)
      } else setImmediate(() => reject(late()))
    }
    let timer = clock.setTimeout(expire, limit_ms)
    const settle = (then: () => void) => {
      clock.clearTimeout(timer)
      then()
    }
    reply.then(
      (value) => settle(() => resolve(value)),
      (thrown: unknown) => settle(() => reject(thrown as Error)),
    )
  })
}
