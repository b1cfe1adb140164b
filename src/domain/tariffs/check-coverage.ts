import { WEEKDAYS } from '../calendar'
import { invalid } from '../errors'
import { edgesOf, endOfBlock, inForce } from './pricing'
import type { PriceRow, SpecialDays, TariffVersion } from './tariff'
import type { TariffDay } from './times'

const DAY_MS = 86_400_000
/** A leap year. */
const YEAR = 2024
/** Of a billing period. */
const TYPICAL_DAYS = 30

/**
 * Goes through a year of every kind of day. A minute that no row covers, however much was used, is a hole; a row that
 * others always come before is a slip of whoever wrote it.
 * @param path of the version
 * @throws MonitorError `CONFIG_INVALID`
 */
export function checkCoverage(version: TariffVersion, special_days: readonly SpecialDays[], path: string): void {
  const reached = new Set<PriceRow>()
  const minutes = edgesOf(version).slice(0, -1)
  for (const [yesterday, today] of daysToCheck(version, special_days)) {
    for (const minute of minutes) {
      const { rows } = inForce(version, today, yesterday, minute)
      const last = rows.at(-1)
      if (last?.up_to_kwh !== undefined || last === undefined) throw hole(path, today, minute, last)
      for (const row of reachable(rows)) reached.add(row)
    }
  }
  version.rows.forEach((row, index) => {
    if (reached.has(row)) return
    throw invalid(
      'CONFIG_INVALID',
      `${path}.rows.${index}`,
      row.name,
      'a row that applies at some time before others do',
    )
  })
}

/** The rows of a moment whose block is longer than those before. */
function reachable(rows: readonly PriceRow[]): PriceRow[] {
  let used_kwh = 0
  return rows.filter((row) => {
    const end_kwh = endOfBlock(row, { days: TYPICAL_DAYS })
    if (end_kwh <= used_kwh) return false
    used_kwh = end_kwh
    return true
  })
}

function hole(path: string, { month_day, kind }: TariffDay, minute: number, last: PriceRow | undefined): Error {
  const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const amount = last === undefined ? '' : ` beyond ${last.up_to_kwh} kWh`
  return invalid(
    'CONFIG_INVALID',
    `${path}.rows`,
    `${month_day} (${kind}) ${time}${amount}`,
    'a row for every time of the year',
  )
}

/** Pairs of days, one after the other. Between the edges of seasons the same rows apply, so that no other dates matter. */
function* daysToCheck(
  { rows }: TariffVersion,
  special_days: readonly SpecialDays[],
): Generator<readonly [TariffDay, TariffDay]> {
  for (const number of datesToCheck(rows)) {
    const [before, month_day] = [monthDay(number - 1), monthDay(number)]
    for (const [kind_before, kind] of kindsToCheck(special_days)) {
      yield [
        { month_day: before, kind: kind_before },
        { month_day, kind },
      ]
    }
  }
}

/** The first day of each season and the one behind it, and the same behind its end. */
function datesToCheck(rows: readonly PriceRow[]): Set<number> {
  const edges = rows.flatMap(({ season }) => (season ? [dayOfYear(season.from), dayOfYear(season.to) + 1] : []))
  return new Set([dayOfYear('01-01'), ...edges].flatMap((edge) => [edge, edge + 1]))
}

/** A special day may be any date: every kind may follow on any other. */
function kindsToCheck(special_days: readonly SpecialDays[]): (readonly [string, string])[] {
  if (special_days.length === 0) {
    return WEEKDAYS.map((kind, index) => [WEEKDAYS.at(index - 1) as string, kind])
  }
  const kinds = [...new Set<string>([...WEEKDAYS, ...special_days.map(({ count_as }) => count_as)])]
  return kinds.flatMap((before) => kinds.map((kind) => [before, kind] as const))
}

function dayOfYear(month_day: string): number {
  return Date.parse(`${YEAR}-${month_day}T00:00Z`) / DAY_MS
}

function monthDay(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(5, 10)
}
