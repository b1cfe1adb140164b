import type { Clock } from '../../domain/clock'
import type { DeviceEvent } from '../../domain/event'
import type { Moment, Subject } from './subject'

/** The one moment that is used again and again, because samples come by the thousands. */
export class CurrentMoment implements Moment {
  now_ms = 0
  wall_ms = 0
  from: Subject | undefined
  event: DeviceEvent | undefined

  constructor(private readonly clock: Clock) {}

  /** Time has passed alone. */
  now(): this {
    return this.of(undefined, undefined)
  }

  /** Something has come. */
  of(from: Subject | undefined, event: DeviceEvent | undefined): this {
    this.now_ms = this.clock.monotonic()
    this.wall_ms = this.clock.now()
    this.from = from
    this.event = event
    return this
  }
}
