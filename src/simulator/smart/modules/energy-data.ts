import type { Json } from '../../answer'
import type { EnergyMeter } from '../../energy-meter'
import { INVALID_PARAMETERS, type SmartReply } from '../answer'
import { localTime, startOfDay, startOfMonth, startOfQuarter, startOfYear } from '../calendar'

/** In minutes, as requests name them. */
const HOUR = 60
const DAY = 1440
const MONTH = 43_200
const LONGEST_OF_HOURS_S = 8 * 86_400

/**
 * The device's own history, in Wh: a value for each hour, day or month that has begun. The spans that devices allow are
 * those that the Rust crate `tapo` documents: up to 8 days of hours, a quarter of days, a year of months.
 */
export function energyData(meter: EnergyMeter, wanted: Json, now_ms: number): SmartReply {
  const { start_timestamp, end_timestamp, interval } = wanted
  if (!Number.isInteger(start_timestamp) || !Number.isInteger(end_timestamp)) return INVALID_PARAMETERS
  const start_s = start_timestamp as number
  const end_s = end_timestamp as number
  const data = end_s < start_s ? undefined : totals(meter, interval, start_s, end_s, now_ms)
  if (!data) return INVALID_PARAMETERS
  const local_time = localTime(now_ms)
  return { local_time, data: data.map(Math.floor), start_timestamp, end_timestamp, interval }
}

function totals(
  meter: EnergyMeter,
  interval: unknown,
  start_s: number,
  end_s: number,
  now_ms: number,
): number[] | undefined {
  const start_ms = start_s * 1000
  const until_ms = Math.min(end_s * 1000 + 1, now_ms)
  if (interval === HOUR) {
    return end_s - start_s > LONGEST_OF_HOURS_S ? undefined : meter.hourly.between(start_ms, until_ms)
  }
  if (interval === DAY && start_ms === startOfQuarter(start_ms)) {
    return sums(meter, startOfDay, start_ms, Math.min(until_ms, startOfMonth(start_ms, 3)))
  }
  if (interval === MONTH && start_ms === startOfYear(start_ms)) {
    return sums(meter, startOfMonth, start_ms, Math.min(until_ms, startOfMonth(start_ms, 12)))
  }
  return undefined
}

function sums(
  meter: EnergyMeter,
  startOf: (at_ms: number, later: number) => number,
  from_ms: number,
  until_ms: number,
): number[] {
  const found: number[] = []
  for (let start_ms = from_ms; start_ms < until_ms; start_ms = startOf(start_ms, 1)) {
    found.push(meter.daily.between(start_ms, startOf(start_ms, 1)))
  }
  return found
}
