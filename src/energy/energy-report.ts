import type { Database, HistoryBucket } from '../database/database'
import type { TimeRange } from '../database/history/record-source'
import type { TierCatalog } from '../database/tiers/tier-catalog'
import type { Clock } from '../domain/clock'
import { invalid } from '../domain/errors'
import { longestMs } from '../domain/local-buckets'
import { createCalendar } from '../domain/local-calendar'
import { HouseholdCosts, type HouseholdUse } from '../domain/tariffs/household-costs'
import { Pricing } from '../domain/tariffs/pricing'
import type { Tariff } from '../domain/tariffs/tariff'
import { energyPieces, type EnergyPiece, type PiecesQuery } from './energy-pieces'
import type { EnergyQuery } from './energy-query'
import { householdOf, type Household } from './household'
import type { EnergyReport } from './report'
import { ReportRows } from './report-rows'
import { demandMinutesOf, resolutionOf } from './resolution'
import { cut, cutInto, readingRange, wholeHours, type Means } from './times'

const DAY_MS = 86_400_000

export interface EnergyOrder {
  readonly database: Pick<Database, 'history' | 'latest'> & {
    readonly tiers: { readonly catalog: Pick<TierCatalog, 'parents'> }
  }
  readonly query: EnergyQuery
  readonly tariff?: Tariff | undefined
  readonly clock: Pick<Clock, 'now'>
}

export const ENERGY_LIMITS = {
  /** Of a report: periods, each with its devices. */
  rows: 20_000,
  /** To be read for it: hours or less, of each device. */
  buckets: 2_000_000,
} as const

/**
 * What devices used in each hour, day, month or billing period, and what that costs: see `EnergyReport`. Energy of an outage
 * falls to the time in which the counter was seen again. Where hours are gone and days are left, what was used is
 * spread evenly over them, and `estimated`.
 *
 * Costs are those of the household, which is all devices of the database: `HouseholdCosts` says how each has its share,
 * also where only some are asked for.
 * @throws MonitorError `INPUT_INVALID` where it is too much for one report, has not begun, or is before the tariff begins;
 * what the database fails with
 */
export async function energyReport(order: EnergyOrder): Promise<EnergyReport> {
  const { database, query, tariff, clock } = order
  const now = clock.now()
  const range = rangeOf(query, now)
  const means: Means = { calendar: createCalendar(query.time_zone), pricing: tariff && new Pricing(tariff) }
  const household = householdOf(await database.latest(), database.tiers.catalog.parents)
  const rows = rowsOf(order, range, means, household)
  const reading = readingRange(range, means, now)
  const asked = piecesQuery(order, reading, means, household)
  const isOnce = ({ device_id }: HistoryBucket) => !household.doubles.has(device_id)
  const isTold = (bucket: HistoryBucket) =>
    query.device_ids.length > 0 ? query.device_ids.includes(bucket.device_id) : isOnce(bucket)

  const { pricing } = means
  const { device_ids } = household
  const costs = pricing && new HouseholdCosts({ pricing, ...reading, device_ids, take: (cost) => rows.addCost(cost) })
  for await (const piece of energyPieces(database, asked)) {
    // What lies ahead has used nothing yet.
    const time = cut(piece, { from: Number.NEGATIVE_INFINITY, to: now })
    if (time.from >= time.to) continue
    const isFine = piece.to - piece.from <= longestMs(asked.length)
    const isPriceUnsure = pricing !== undefined && !hasOnePrice(pricing, cut(time, reading), isFine)
    await rows.addPiece({ ...time, members: piece.members.filter(isTold) }, isPriceUnsure)
    costs?.take(useOf({ ...time, members: piece.members.filter(isOnce) }, reading))
  }
  costs?.finish()
  return {
    ...range,
    period: query.period,
    time_zone: query.time_zone,
    demand_minutes: demandMinutesOf(tariff),
    ...(tariff && { tariff: tariff.name, currency: tariff.currency }),
    ...(await rows.report()),
  }
}

function rangeOf({ from, to }: EnergyQuery, now: number): TimeRange {
  if (from < now) return { from, to: Math.min(to, now) }
  throw invalid('INPUT_INVALID', 'from', new Date(from).toISOString(), 'a moment before now')
}

function rowsOf({ query, tariff }: EnergyOrder, range: TimeRange, means: Means, household: Household): ReportRows {
  const { device_ids } = query
  const devices = device_ids.length > 0 ? device_ids.length : household.device_ids.length
  const most = Math.floor(ENERGY_LIMITS.rows / (devices + 1))
  const times = cutInto(range, query, means, most)
  if (times.length > most) {
    throw invalid('INPUT_INVALID', 'period', query.period, `a longer one, or a shorter range: at most ${most} periods`)
  }
  const { start_ms, end_ms } = means.calendar.period('day', range.from)
  const windows = { minutes: demandMinutesOf(tariff), day: { from: start_ms, to: end_ms } }
  const { parents } = household
  return new ReportRows({ times, device_ids, parents, windows, hasTariff: tariff !== undefined })
}

function piecesQuery(order: EnergyOrder, reading: TimeRange, means: Means, household: Household): PiecesQuery {
  const { query, tariff } = order
  // Who else uses what decides on what each of them pays.
  const device_ids = tariff ? [] : query.device_ids
  const length = resolutionOf(tariff)
  const devices = Math.max(1, device_ids.length > 0 ? device_ids.length : household.device_ids.length)
  const longest_ms = Math.floor(ENERGY_LIMITS.buckets / devices) * longestMs(length)
  if (reading.to - reading.from > longest_ms) {
    const days = Math.floor(longest_ms / DAY_MS)
    throw invalid(
      'INPUT_INVALID',
      'from',
      new Date(query.from).toISOString(),
      `a moment at most ${days} days before to`,
    )
  }
  return { ...wholeHours(reading, means.calendar), device_ids, length, time_zone: query.time_zone }
}

/** The part of a piece that lies in a range. */
function useOf({ members, ...time }: EnergyPiece, range: TimeRange): HouseholdUse {
  const part = cut(time, range)
  const share = Math.max(0, (part.to - part.from) / (time.to - time.from))
  return {
    ...part,
    energy_kwh: new Map(members.map(({ device_id, energy_kwh = 0 }) => [device_id, energy_kwh * share])),
  }
}

/**
 * Whether it does not matter when in the time energy is used.
 * @param isFine it is no longer than what was asked for; else the demand within it is unknown
 */
function hasOnePrice(pricing: Pricing, { from, to }: TimeRange, isFine: boolean): boolean {
  if (from >= to) return true
  const first = pricing.stretchAt(from)
  if (!isFine && first.demand_charges.length > 0) return false
  for (let at = first.to; at < to;) {
    const { rows, demand_charges, to: end } = pricing.stretchAt(at)
    if (!isSame(rows, first.rows) || !isSame(demand_charges, first.demand_charges)) return false
    at = end
  }
  return true
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index])
}
