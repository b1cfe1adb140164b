import { type Calendar, type DaySpan, type Period, WEEKDAYS } from './calendar'
import { bucketAt } from './local-buckets'
import { TimeZone } from './time-zone'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = WEEKDAYS.indexOf('thu')

interface Stretch {
  readonly start_ms: number
  readonly end_ms: number
}
/** A stretch of time that lies in a span of the day, or out of it, as a whole. */
interface Side extends Stretch {
  readonly inside: boolean
}

/**
 * @param time_zone IANA name; blank: that of the machine
 * @throws MonitorError `CONFIG_INVALID` naming `time_zone`
 */
export function createCalendar(time_zone: string): Calendar {
  return new LocalCalendar(new TimeZone(time_zone === '' ? undefined : time_zone))
}

/** What was answered last is kept: it is asked at every sample, and changes a few times a day. */
class LocalCalendar implements Calendar {
  readonly time_zone: string
  private readonly periods: { [Kind in Period]?: Stretch } = {}
  private readonly sides = new WeakMap<DaySpan, Side>()

  constructor(private readonly zone: TimeZone) {
    this.time_zone = zone.name
  }

  period(kind: Period, wall_ms: number): Stretch {
    const latest = this.periods[kind]
    if (latest !== undefined && isWithin(latest, wall_ms)) return latest
    return (this.periods[kind] = this.periodAt(kind, wall_ms))
  }

  within(span: DaySpan, wall_ms: number): boolean {
    const latest = this.sides.get(span)
    if (latest !== undefined && isWithin(latest, wall_ms)) return latest.inside
    const side = this.sideAt(span, wall_ms)
    this.sides.set(span, side)
    return side.inside
  }

  endOf(span: DaySpan, wall_ms: number): number | undefined {
    if (!this.within(span, wall_ms)) return undefined
    let end_ms = wall_ms
    while (end_ms < wall_ms + WEEK_MS) {
      const side = this.sideAt(span, end_ms)
      if (!side.inside) break
      end_ms = side.end_ms
    }
    return end_ms
  }

  format(wall_ms: number): string {
    return new Date(this.local(wall_ms)).toISOString().slice(0, 16).replace('T', ' ')
  }

  private local(wall_ms: number): number {
    return wall_ms + this.zone.evenTime(wall_ms).offset_ms
  }

  private periodAt(kind: Period, wall_ms: number): Stretch {
    const { from, to } = bucketAt(this.zone, { unit: kind, count: 1 }, wall_ms)
    return { start_ms: from, end_ms: to }
  }

  /** Goes by what clocks show: an hour that they show twice is inside twice. */
  private sideAt(span: DaySpan, wall_ms: number): Side {
    const { offset_ms, start_ms, end_ms } = this.zone.evenTime(wall_ms)
    const day = Math.floor((wall_ms + offset_ms) / DAY_MS)
    const midnight_ms = day * DAY_MS - offset_ms
    const time_ms = wall_ms - midnight_ms
    const from_ms = timeOfDay(span.from)
    const to_ms = timeOfDay(span.to)
    const edges = [0, from_ms, to_ms, DAY_MS]
    const latest_ms = Math.max(...edges.filter((edge) => edge <= time_ms))
    const next_ms = Math.min(...edges.filter((edge) => edge > time_ms))
    const begun = time_ms >= from_ms && beginsOn(span, day)
    const inside = from_ms < to_ms ? begun && time_ms < to_ms : begun || (time_ms < to_ms && beginsOn(span, day - 1))
    return {
      inside,
      start_ms: Math.max(midnight_ms + latest_ms, start_ms),
      end_ms: Math.min(midnight_ms + next_ms, end_ms),
    }
  }
}

function isWithin({ start_ms, end_ms }: Stretch, wall_ms: number): boolean {
  return wall_ms >= start_ms && wall_ms < end_ms
}

/** @param time `HH:MM` */
function timeOfDay(time: string): number {
  return Number(time.slice(0, 2)) * HOUR_MS + Number(time.slice(3)) * MINUTE_MS
}

/** @param day counted from 1970-01-01 */
function beginsOn(span: DaySpan, day: number): boolean {
  const weekday = WEEKDAYS.at((day + WEEKDAY_OF_DAY_0) % WEEKDAYS.length) as string
  return span.days.length === 0 || span.days.includes(weekday)
}
