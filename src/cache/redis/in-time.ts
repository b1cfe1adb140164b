import type { Clock } from '../../domain/clock'
import { within } from '../../domain/within'

/** What comes of it, or rejects with `late()` after `limit_ms`. The time of a loop that was held up is not that of Redis. */
export async function inTime<T>(reply: Promise<T>, limit_ms: number, clock: Clock, late: () => Error): Promise<T> {
  if (!(await within(clock, limit_ms, reply))) throw late()
  return reply
}
