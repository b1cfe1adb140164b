/** Local time in one named time zone. */
export interface Calendar {
  /** IANA name, such as `Europe/Berlin`. */
  readonly time_zone: string
  /** First and last moment (exclusive) of the hour, day or month that `wall_ms` lies in; a day may have 23 or 25 hours. */
  period(kind: Period, wall_ms: number): { readonly start_ms: number; readonly end_ms: number }
  /**
   * Whether `wall_ms` lies in a span of the local day; from 23:00 to 06:00 goes over midnight, and belongs to the day on
   * which it begins. Equal ends are the whole day.
   */
  within(span: DaySpan, wall_ms: number): boolean
  /** The end of the span that `wall_ms` lies in; undefined outside. */
  endOf(span: DaySpan, wall_ms: number): number | undefined
  /** `2026-11-21 14:05`, for texts. */
  format(wall_ms: number): string
}

export type Period = 'hour' | 'day' | 'month'

export interface DaySpan {
  /** `HH:MM` */
  readonly from: string
  readonly to: string
  /** `mon` to `sun`, on which the span begins; none means every day. */
  readonly days: readonly string[]
}
