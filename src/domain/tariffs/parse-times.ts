import { WEEKDAYS } from '../calendar'
import type { Given } from './given'
import type { Times } from './tariff'
import { DAY_MINUTES } from './times'

export const TIMES_KEYS = ['season_from', 'season_to', 'days', 'from', 'to'] as const

const TIME = /^([01]?\d|2[0-4]):([0-5]\d)$/
const MONTH_DAY = /^(\d{1,2})(?:-(\d{1,2}))?$/
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MOST_DAYS = 40

/**
 * `season_from`, `season_to`: `MM-DD`, or `MM` for a whole month; `days`: `mon` to `sun` and names of special days; `from`,
 * `to`: `HH:MM`. What is absent is all year, every day, the whole day.
 * @param special names of special days
 * @throws MonitorError `CONFIG_INVALID`
 */
export function parseTimes(given: Given, special: readonly string[]): Times {
  const names: readonly string[] = [...WEEKDAYS, ...special]
  const days = given.words('days', MOST_DAYS, names.join(', '), (word) => names.includes(word))
  return { ...parseSeason(given), days, from_minute: parseTime(given, 'from'), to_minute: parseTime(given, 'to') }
}

function parseSeason(given: Given): Pick<Times, 'season'> {
  if (given.isBlank('season_from') && given.isBlank('season_to')) return {}
  return {
    season: { from: parseMonthDay(given, 'season_from', 'first'), to: parseMonthDay(given, 'season_to', 'last') },
  }
}

function parseMonthDay(given: Given, key: string, whole_month: 'first' | 'last'): string {
  const range = 'a day of the year such as 06-01, or a month such as 06'
  const [, month = '', day] = MONTH_DAY.exec(given.text(key, range, MONTH_DAY)) ?? []
  const last = LONGEST_MONTHS[Number(month) - 1]
  if (last === undefined) throw given.refuse(key, range)
  const number = day === undefined ? (whole_month === 'first' ? 1 : last) : Number(day)
  if (number < 1 || number > last) throw given.refuse(key, range)
  return `${month.padStart(2, '0')}-${String(number).padStart(2, '0')}`
}

function parseTime(given: Given, key: string): number {
  const range = 'a time from 00:00 to 24:00'
  if (given.isBlank(key)) return 0
  const [, hours, minutes] = TIME.exec(given.text(key, range, TIME)) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  if (minute > DAY_MINUTES) throw given.refuse(key, range)
  // Nothing begins at the end of a day.
  return key === 'from' ? minute % DAY_MINUTES : minute
}
