import { parseZone } from '../database/history/bucket-query'
import { parseHistoryQuery } from '../database/history/history-query'
import { parseMoment } from '../database/time-range'
import type { Calendar } from '../domain/calendar'
import { invalid } from '../domain/errors'
import { createCalendar } from '../domain/local-calendar'
import type { Tariff } from '../domain/tariffs/tariff'

/** `billing`: billing periods of the tariff. */
export const ENERGY_PERIODS = ['hour', 'day', 'month', 'billing'] as const
export type EnergyPeriod = (typeof ENERGY_PERIODS)[number]

/** A checked query; times are ms since the epoch, UTC, the range is `[from, to)`. */
export interface EnergyQuery {
  readonly from: number
  readonly to: number
  /** Empty: every device. */
  readonly device_ids: readonly string[]
  readonly period: EnergyPeriod
  /** IANA name: that of the tariff, where there is one. */
  readonly time_zone: string
}

export const ENERGY_DEFAULTS = { from: 'yesterday', to: 'today', period: 'hour' } as const

/** Longest range: for more, ask several times. */
const LONGEST_MS = 11 * 366 * 86_400_000
const HOUR_MS = 3_600_000
const KEYS = ['from', 'to', 'device_ids', 'period', 'time_zone']
const WORDS = ['today', 'yesterday', 'this-month', 'last-month'] as const

type Given = Readonly<Record<string, unknown>>

/**
 * A checked query from what a person or a flow gave; everything has a default. `from`, `to`: as in history, or where the local
 * day or month begins: `today`, `yesterday`, `this-month`, `last-month`. So many hours or days ago, such as `-24h`, is where that
 * hour begins. `device_ids`: a list, or text with commas.
 * @throws MonitorError `INPUT_INVALID` naming the field, the value and the range
 */
export function parseEnergyQuery(given: Given, now_ms: number, tariff?: Pick<Tariff, 'time_zone'>): EnergyQuery {
  for (const key of Object.keys(given)) {
    if (!KEYS.includes(key)) throw invalid('INPUT_INVALID', 'query', key, `only the keys ${KEYS.join(', ')}`)
  }
  const time_zone = tariff?.time_zone ?? parseZone(given.time_zone)
  const calendar = createCalendar(time_zone)
  const from = momentOf('from', given.from, calendar, now_ms)
  const to = momentOf('to', given.to, calendar, now_ms)
  if (from >= to)
    throw invalid('INPUT_INVALID', 'to', given.to, `a moment after from (${new Date(from).toISOString()})`)
  if (to - from > LONGEST_MS) throw invalid('INPUT_INVALID', 'from', given.from, 'a moment at most 11 years before to')
  const { device_ids } = parseHistoryQuery({ device_ids: given.device_ids }, now_ms)
  return { from, to, device_ids, period: parsePeriod(given.period, tariff !== undefined), time_zone }
}

function momentOf(field: 'from' | 'to', given: unknown, calendar: Calendar, now_ms: number): number {
  const value = isBlank(given) ? ENERGY_DEFAULTS[field] : given
  const word = WORDS.find((each) => each === value)
  if (word === undefined) {
    const { timestamp, relative } = parseMoment(field, value, now_ms, WORDS)
    // Within an hour, what was used could only be estimated.
    const isHoursAgo = relative && timestamp < now_ms && (now_ms - timestamp) % HOUR_MS === 0
    return isHoursAgo ? calendar.period('hour', timestamp).start_ms : timestamp
  }
  const present = calendar.period(word.endsWith('month') ? 'month' : 'day', now_ms)
  if (word === 'today' || word === 'this-month') return present.start_ms
  return calendar.period(word === 'yesterday' ? 'day' : 'month', present.start_ms - 1).start_ms
}

function parsePeriod(given: unknown, hasTariff: boolean): EnergyPeriod {
  const period = ENERGY_PERIODS.find((each) => each === (isBlank(given) ? ENERGY_DEFAULTS.period : given))
  if (period === 'billing' && !hasTariff)
    throw invalid('INPUT_INVALID', 'period', given, 'hour, day or month without a tariff')
  if (period !== undefined) return period
  throw invalid('INPUT_INVALID', 'period', given, `one of ${ENERGY_PERIODS.join(', ')}`)
}

function isBlank(given: unknown): boolean {
  return given === undefined || given === null || given === ''
}
