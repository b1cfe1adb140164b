import { WEEKDAYS, type Weekday } from '../calendar'
import type { SpecialDays, Times } from './tariff'

export const DAY_MINUTES = 1440
const DAY_MS = 86_400_000
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = WEEKDAYS.indexOf('thu')

/** A local day, as far as a tariff minds it. */
export interface TariffDay {
  /** `MM-DD` */
  readonly month_day: string
  /** `mon` to `sun`, or a name of special days. */
  readonly kind: string
}

/** Goes by the day before as well: its spans may last into this one. */
export function appliesAt(times: Times, today: TariffDay, yesterday: TariffDay, minute: number): boolean {
  const { from_minute, to_minute } = times
  const begun = minute >= from_minute && begins(times, today)
  if (from_minute < to_minute) return begun && minute < to_minute
  return begun || (minute < to_minute && begins(times, yesterday))
}

function begins({ season, days }: Times, { month_day, kind }: TariffDay): boolean {
  return (days.length === 0 || days.includes(kind)) && (season === undefined || isInSeason(season, month_day))
}

function isInSeason({ from, to }: NonNullable<Times['season']>, month_day: string): boolean {
  return from <= to ? month_day >= from && month_day <= to : month_day >= from || month_day <= to
}

/** Tells what kind of day a date is. */
export class DayKinds {
  private readonly kinds = new Map<string, string>()

  /** A date that is listed twice counts as the first says. */
  constructor(special_days: readonly SpecialDays[]) {
    for (const { count_as, dates } of special_days) {
      for (const date of dates) if (!this.kinds.has(date)) this.kinds.set(date, count_as)
    }
  }

  /** @param number of days since 1970-01-01 */
  day(number: number): TariffDay {
    const date = new Date(number * DAY_MS).toISOString().slice(0, 10)
    const month_day = date.slice(5)
    return { month_day, kind: this.kinds.get(date) ?? this.kinds.get(month_day) ?? weekdayOf(number) }
  }
}

function weekdayOf(number: number): Weekday {
  const index = (((number + WEEKDAY_OF_DAY_0) % WEEKDAYS.length) + WEEKDAYS.length) % WEEKDAYS.length
  return WEEKDAYS[index] as Weekday
}
