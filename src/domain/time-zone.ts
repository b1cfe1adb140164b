import { invalid } from './errors'

const SECOND_MS = 1000
const DAY_MS = 86_400_000
/** `Intl` takes longer to make one than a file to answer a question. */
const formats = new Map<string, Intl.DateTimeFormat>()
const MOST_FORMATS = 64
/** Days that are kept: those that are asked about in turn are few. */
const MOST_KEPT = 16

/** A time in which the clocks of a zone run evenly. */
export interface EvenTime {
  /** What clocks show, minus UTC. */
  readonly offset_ms: number
  /** Where the clocks were, or will be, changed; or more than a day away from what was asked about. */
  readonly start_ms: number
  readonly end_ms: number
}

interface KnownDay extends EvenTime {
  readonly from_ms: number
  readonly until_ms: number
}

/**
 * The clocks of one time zone. Moments are ms since the epoch, UTC; local times are what clocks show, written as if it
 * were UTC. `Intl` takes microseconds for an answer, so that days are kept once they are known.
 */
export class TimeZone {
  readonly name: string
  private readonly format: Intl.DateTimeFormat
  private latest: KnownDay | undefined
  private readonly kept: KnownDay[] = []

  /**
   * @param name as the time zone database has it; undefined: that of the machine
   * @throws MonitorError `CONFIG_INVALID` naming `time_zone`
   */
  constructor(name: string | undefined) {
    try {
      this.format = formatOf(name)
    } catch {
      throw invalid('CONFIG_INVALID', 'time_zone', name, 'the name of a time zone such as Europe/Berlin')
    }
    this.name = name ?? this.format.resolvedOptions().timeZone
  }

  /** Around `moment_ms`. */
  evenTime(moment_ms: number): EvenTime {
    if (this.latest !== undefined && isWithin(this.latest, moment_ms)) return this.latest
    let known = this.kept.find((day) => isWithin(day, moment_ms))
    if (known === undefined) {
      known = this.ask(moment_ms)
      if (this.kept.push(known) > MOST_KEPT) this.kept.shift()
    }
    this.latest = known
    return known
  }

  /** The first moment at which clocks show `local_ms` or, where they leave it out, something later. */
  firstMoment(local_ms: number): number {
    let start_ms = local_ms - DAY_MS
    for (;;) {
      const { offset_ms, end_ms } = this.evenTime(start_ms)
      const moment_ms = Math.max(local_ms - offset_ms, start_ms)
      if (moment_ms < end_ms) return moment_ms
      start_ms = end_ms
    }
  }

  private ask(moment_ms: number): KnownDay {
    const day_ms = Math.floor(moment_ms / DAY_MS) * DAY_MS
    const second_ms = Math.floor(moment_ms / SECOND_MS) * SECOND_MS
    const offset_ms = this.offsetAt(second_ms)
    const start_ms = this.edge(second_ms, offset_ms, [day_ms, day_ms - DAY_MS])
    const end_ms = this.edge(second_ms, offset_ms, [day_ms + DAY_MS, day_ms + 2 * DAY_MS])
    return {
      offset_ms,
      start_ms,
      end_ms,
      from_ms: Math.max(start_ms, day_ms),
      until_ms: Math.min(end_ms, day_ms + DAY_MS),
    }
  }

  /** Where the clocks are changed on the way along `points`; the last of them where they are not. */
  private edge(moment_ms: number, offset_ms: number, points: readonly number[]): number {
    let even_ms = moment_ms
    for (const point of points) {
      if (this.offsetAt(point) !== offset_ms) {
        return this.change(Math.min(point, even_ms), Math.max(point, even_ms))
      }
      even_ms = point
    }
    return even_ms
  }

  /** The second at which the clocks are changed; no zone has done that twice within a day. */
  private change(before_ms: number, after_ms: number): number {
    const offset_ms = this.offsetAt(before_ms)
    while (after_ms - before_ms > SECOND_MS) {
      const middle_ms = Math.floor((before_ms + after_ms) / 2 / SECOND_MS) * SECOND_MS
      if (this.offsetAt(middle_ms) === offset_ms) before_ms = middle_ms
      else after_ms = middle_ms
    }
    return after_ms
  }

  /** @param second_ms a whole second: that is as fine as `Intl` tells */
  private offsetAt(second_ms: number): number {
    const parts = new Map(this.format.formatToParts(second_ms).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const date_ms = Date.UTC(part('year'), part('month') - 1, part('day'))
    return date_ms + ((part('hour') * 60 + part('minute')) * 60 + part('second')) * SECOND_MS - second_ms
  }
}

/** @throws RangeError where there is no such zone */
function formatOf(name: string | undefined): Intl.DateTimeFormat {
  const known = name === undefined ? undefined : formats.get(name)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    ...(name !== undefined && { timeZone: name }),
    ...{ calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  // The zone of the machine may become another one.
  if (name === undefined) return format
  if (formats.size >= MOST_FORMATS) formats.clear()
  formats.set(name, format)
  return format
}

function isWithin(day: KnownDay, moment_ms: number): boolean {
  return moment_ms >= day.from_ms && moment_ms < day.until_ms
}
