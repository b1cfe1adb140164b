/** Local time in one named time zone. */
export interface Calendar {
  /** IANA name, such as `Europe/Berlin`. */
  readonly time_zone: string
  /** First and last moment (exclusive) of the hour, day or month that `wall_ms` lies in; a day may have 23 or 25 hours. */
  period(kind: Period, wall_ms: number): { readonly start_ms: number; readonly end_ms: number }
  /**
   * Whether `wall_ms` lies in a span of the local day; from 23:00 to 06:00 goes over midnight, and belongs to the day on
   * which it begins. Equal ends are the whole day. Answers are kept by `span`, so hand in the same object each time.
   */
  within(span: DaySpan, wall_ms: number): boolean
  /** The first moment outside after one that lies in the span; undefined outside. Of one that never ends: in a week. */
  endOf(span: DaySpan, wall_ms: number): number | undefined
  /** `2026-11-21 14:05`, for texts. */
  format(wall_ms: number): string
}

export type Period = 'hour' | 'day' | 'month'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export interface DaySpan {
  /** `HH:MM` */
  readonly from: string
  readonly to: string
  /** `mon` to `sun`, on which the span begins; none means every day. */
  readonly days: readonly string[]
}
