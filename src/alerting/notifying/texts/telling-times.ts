import type { Calendar, Period } from '../../../domain/calendar'
import { isSilence } from '../../conditions/silence-evidence'
import type { Incident } from '../../incidents/incident'
import type { Rule } from '../../rules/rule'
import { amountOf } from './facts'
import { formatDuration } from './format'

const DATE_LENGTH = '2026-11-21'.length
const LENGTHS = { hour: '2026-11-21 14'.length, day: DATE_LENGTH, month: '2026-11'.length } as const
/** News that are older than this say when that was. */
const LATE_MS = 300_000

/** When it began to be so and how long it was: an incident is raised only later, and over `keep_firing_s` later. */
export class TellingTimes {
  readonly since_ms: number
  readonly lasted_s: number

  constructor(
    incident: Incident,
    rule: Rule,
    private readonly calendar: Calendar,
    private readonly wall_ms: number,
  ) {
    const { raised_at, duration_s, state, flapping, ended_by } = incident
    const before_s = beforeRaised(incident, rule)
    this.since_ms = raised_at - before_s * 1000
    const isOver = state === 'resolved'
    const kept_s = isOver && !flapping && ended_by === undefined ? rule.keep_firing_s : 0
    // What is open was recorded when it changed last, which may be long ago.
    const raised_s = isOver ? duration_s : Math.max(duration_s, (wall_ms - raised_at) / 1000)
    this.lasted_s = Math.max(0, raised_s - kept_s) + before_s
  }

  /** `since 14:05` */
  get since(): string {
    return `since ${this.at(this.since_ms)}`
  }

  /** `12 min` */
  get duration(): string {
    return formatDuration(this.lasted_s)
  }

  /** What was at that moment is told only now. */
  isLate(wall_ms: number): boolean {
    return this.wall_ms - wall_ms > LATE_MS
  }

  /** The hour, day or month that `wall_ms` lies in, such as `2026-11-21`; undefined where it is the present one. */
  pastPeriod(kind: Period, wall_ms: number): string | undefined {
    const text = this.calendar.format(wall_ms).slice(0, LENGTHS[kind])
    if (text === this.calendar.format(this.wall_ms).slice(0, LENGTHS[kind])) return undefined
    return kind === 'hour' ? `the hour from ${text}:00` : text
  }

  at(wall_ms: number): string {
    return timeText(this.calendar, wall_ms, this.wall_ms)
  }
}

/** How long it had been so by then, in s. */
function beforeRaised({ raised, raised_at }: Incident, { condition, for_s }: Rule): number {
  if (isSilence(raised) && typeof raised.value === 'number') return raised.value
  if (condition.kind === 'no_data') return condition.after_s + for_s
  const on_since = condition.kind === 'on_too_long' ? amountOf(raised, 'on_since') : undefined
  if (on_since !== undefined) return Math.max(0, (raised_at - on_since) / 1000)
  return (condition.kind === 'stuck' ? amountOf(raised, 'duration_s') : undefined) ?? for_s
}

/** `14:05`, with its date where that is not the day of `now`. */
export function timeText(calendar: Calendar, wall_ms: number, now: number): string {
  const text = calendar.format(wall_ms)
  const isToday = text.slice(0, DATE_LENGTH) === calendar.format(now).slice(0, DATE_LENGTH)
  return isToday ? text.slice(DATE_LENGTH + 1) : text
}
