import { TimeZone } from '../../../../domain/time-zone'
import { numberOf, textOf, type JsonObject } from '../../json'

const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000
const REGION_LENGTH = 64
/** The farthest time zones from UTC. */
const FARTHEST_MS = 14 * 3_600_000
/** A clock that is further off was not set since the power came back. */
const LARGEST_ERROR_MS = 3_600_000

/** Days and quarters where a device is. Moments are ms since the epoch, UTC. */
export class LocalCalendar {
  private constructor(private readonly offsetAt: (moment: number) => number) {}

  /**
   * From an answer to `get_device_time`; none where the device does not know the time. Its `time_diff` leaves out summer
   * time (P110 1.3.1 in Auckland), so that the name of the zone goes first.
   */
  static of(answer: JsonObject, now: number): LocalCalendar | undefined {
    const timestamp = numberOf(answer.timestamp)
    if (timestamp === undefined || Math.abs(timestamp * 1000 - now) > LARGEST_ERROR_MS) return undefined
    const named = offsetsIn(textOf(answer.region, REGION_LENGTH))
    if (named) return new LocalCalendar(named)
    const offset_ms = Math.round((numberOf(answer.time_diff) ?? 0) * MINUTE_MS)
    return Math.abs(offset_ms) <= FARTHEST_MS ? new LocalCalendar(() => offset_ms) : undefined
  }

  startOfDay(moment: number, days_later = 0): number {
    const date = this.localDate(moment)
    return this.momentOf(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days_later)
  }

  startOfQuarter(moment: number, quarters_later = 0): number {
    const date = this.localDate(moment)
    return this.momentOf(date.getUTCFullYear(), (Math.floor(date.getUTCMonth() / 3) + quarters_later) * 3, 1)
  }

  /** What clocks show there, written as if it were UTC. */
  private localDate(moment: number): Date {
    return new Date(moment + this.offsetAt(moment))
  }

  private momentOf(year: number, month: number, day: number): number {
    const local = Date.UTC(year, month, day)
    return local - this.offsetAt(local - this.offsetAt(local))
  }
}

/** Of a zone by its name in the time zone database; devices have other names as well. */
function offsetsIn(name: string | undefined): ((moment: number) => number) | undefined {
  if (name === undefined) return undefined
  try {
    const zone = new TimeZone(name)
    return (moment) => zone.evenTime(moment).offset_ms
  } catch {
    return undefined
  }
}
