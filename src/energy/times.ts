import type { TimeRange } from '../database/history/record-source'
import type { Calendar } from '../domain/calendar'
import { needsWholePeriods } from '../domain/tariffs/household-costs'
import type { Pricing } from '../domain/tariffs/pricing'
import type { EnergyQuery } from './energy-query'

/** The hours, days, months or billing periods of a range, the first and the last cut to it; at most so many. */
export function cutInto(range: TimeRange, query: EnergyQuery, means: Means, most: number): TimeRange[] {
  const times: TimeRange[] = []
  let at = range.from
  while (at < range.to && times.length <= most) {
    const to = Math.min(endOf(query, means, at), range.to)
    times.push({ from: at, to })
    at = to
  }
  return times
}

export interface Means {
  readonly calendar: Calendar
  /** Where there is a tariff. */
  readonly pricing: Pricing | undefined
}

function endOf({ period }: EnergyQuery, { calendar, pricing }: Means, moment: number): number {
  if (period !== 'billing') return calendar.period(period, moment).end_ms
  return pricing ? pricing.billingPeriodAt(moment).to : Number.POSITIVE_INFINITY
}

/**
 * What has to be read for a range: whole days, because a day's charges are shared by what is used in all of it, or whole
 * billing periods where they decide on prices.
 */
export function readingRange(range: TimeRange, { calendar, pricing }: Means, now: number): TimeRange {
  if (!pricing) return range
  const whole = needsWholePeriods(pricing.tariff)
  const first = whole ? pricing.billingPeriodAt(range.from).from : calendar.period('day', range.from).start_ms
  const end = whole ? pricing.billingPeriodAt(range.to - 1).to : calendar.period('day', range.to - 1).end_ms
  return { from: Math.max(first, Math.min(range.from, pricing.begins)), to: Math.min(end, now) }
}

/** The same, from where an hour begins to where one ends: what is longer is not cut by history, but here. */
export function wholeHours({ from, to }: TimeRange, calendar: Calendar): TimeRange {
  return { from: calendar.period('hour', from).start_ms, to: calendar.period('hour', to - 1).end_ms }
}

export function cut(one: TimeRange, other: TimeRange): TimeRange {
  return { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
}
