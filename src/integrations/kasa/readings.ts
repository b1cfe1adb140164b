import { isPhysical, type Reading } from '../../domain/reading'
import { flagOf, numberOf, objectOf } from './json'

/** What a reading has that no device says. */
export interface Moment {
  readonly host: string
  readonly timestamp: number
  readonly latency_ms: number
  /** The same moment by the monotonic clock. */
  readonly monotonic_ms: number
}

export interface Energy {
  power_w?: number
  voltage_v?: number
  current_a?: number
  energy_total_kwh?: number
}

/** The device's own counters by its calendar. */
export interface Statistics {
  energy_today_kwh?: number
  energy_month_kwh?: number
}

export function emptyReading(device_id: string, alias: string, model: string, moment: Moment): Reading {
  return {
    device_id,
    alias,
    model,
    host: moment.host,
    timestamp: moment.timestamp,
    latency_ms: moment.latency_ms,
    source: 'poll',
    quality: 'good',
  }
}

export function thousandth(value: unknown): number | undefined {
  const number = numberOf(value)
  return number === undefined ? undefined : number / 1000
}

export function addEnergy(reading: Reading, energy: Energy): void {
  const { power_w, voltage_v, current_a, energy_total_kwh } = energy
  if (power_w !== undefined) reading.power_w = power_w
  if (voltage_v !== undefined) reading.voltage_v = voltage_v
  if (current_a !== undefined) reading.current_a = current_a
  if (energy_total_kwh !== undefined) reading.energy_total_kwh = energy_total_kwh
}

export function addStatistics(reading: Reading, statistics: Statistics): Reading {
  setNumber(reading, 'energy_today_kwh', statistics.energy_today_kwh)
  setNumber(reading, 'energy_month_kwh', statistics.energy_month_kwh)
  return reading
}

/** Marks a reading with a value that no such device can have. */
export function judge(reading: Reading): Reading {
  if (!isPhysical(reading)) reading.quality = 'suspect'
  return reading
}

/** A strip is on while any of its outlets is; unknown where no outlet says. */
export function anyOn(outlets: Iterable<{ readonly on: boolean | undefined }>): boolean | undefined {
  let known: boolean | undefined
  for (const { on } of outlets) {
    if (on === true) return true
    known ??= on
  }
  return known
}

/**
 * What a light strip shines with while an effect runs, in %; its own brightness is the one that it had before
 * (home-assistant-tapo-p100 #458).
 */
export function effectBrightness(effect: unknown): number | undefined {
  const state = objectOf(effect)
  if (flagOf(state?.enable) !== true) return undefined
  const brightness_pct = numberOf(state?.brightness)
  // The sign of a strip that waits to be set up has none (L920).
  return brightness_pct === 0 ? undefined : brightness_pct
}

type NumberKey = {
  [Key in keyof Reading]-?: Reading[Key] extends number | undefined ? Key : never
}[keyof Reading]

export function setNumber(reading: Reading, key: NumberKey, value: number | undefined): void {
  if (value !== undefined) reading[key] = value
}
