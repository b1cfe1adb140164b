import type { Clock } from '../../domain/clock'
import type { Moment } from '../watching/subject'

/** This moment, at which nothing has come. */
export function momentOf(clock: Clock): Moment {
  return { now_ms: clock.monotonic(), wall_ms: clock.now(), from: undefined, event: undefined }
}
