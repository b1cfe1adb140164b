import type { Calendar } from '../../../domain/calendar'
import type { Incident } from '../../incidents/incident'
import type { Rule } from '../../rules/rule'
import { formatDuration } from './format'

const DATE_LENGTH = '2026-11-21'.length

/** When it began to be so and how long it was: an incident is raised only `for_s` later, and over `keep_firing_s` later. */
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
    this.since_ms = raised_at - rule.for_s * 1000
    const isOver = state === 'resolved'
    const kept_s = isOver && !flapping && ended_by === undefined ? rule.keep_firing_s : 0
    // What is open was recorded when it changed last, which may be long ago.
    const raised_s = isOver ? duration_s : Math.max(duration_s, (wall_ms - raised_at) / 1000)
    this.lasted_s = Math.max(0, raised_s - kept_s) + rule.for_s
  }

  /** `since 14:05` */
  get since(): string {
    return `since ${this.at(this.since_ms)}`
  }

  /** `12 min` */
  get duration(): string {
    return formatDuration(this.lasted_s)
  }

  at(wall_ms: number): string {
    return timeText(this.calendar, wall_ms, this.wall_ms)
  }
}

/** `14:05`, with its date where that is not the day of `now`. */
export function timeText(calendar: Calendar, wall_ms: number, now: number): string {
  const text = calendar.format(wall_ms)
  const isToday = text.slice(0, DATE_LENGTH) === calendar.format(now).slice(0, DATE_LENGTH)
  return isToday ? text.slice(DATE_LENGTH + 1) : text
}
