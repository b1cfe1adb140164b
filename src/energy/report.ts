import type { EnergySource } from '../database/tiers/roll-up'
import type { CostKind } from '../domain/tariffs/tariff'
import type { EnergyPeriod } from './energy-query'

/** Moments are ms since the epoch, UTC. */
export interface EnergyReport {
  readonly from: number
  /** Not after now. */
  readonly to: number
  readonly period: EnergyPeriod
  readonly time_zone: string
  /** Over how many minutes the mean of `highest_kw` is. */
  readonly demand_minutes: number
  /** Where there is a tariff: its name, and the currency of all costs. */
  readonly tariff?: string
  readonly currency?: string
  /** Each hour, day, month or billing period: first all devices together, without `device_id`, then each. */
  readonly rows: readonly EnergyRow[]
  /** Each device over the range. */
  readonly devices: readonly EnergyRow[]
  /** All devices over the range. */
  readonly total: EnergyRow
}

export interface EnergyRow {
  readonly device_id?: string
  readonly timestamp: number
  readonly duration_ms: number
  /** Absent where nothing is known. */
  readonly energy_kwh?: number
  readonly energy_source?: EnergySource
  /** How much of the time readings cover, 0 to 1; of several devices the mean. */
  readonly completeness: number
  /** The highest mean power over `demand_minutes`. */
  readonly highest_kw?: number
  /** Energy or cost are of a longer time, whose parts are not known any more, and spread evenly over it. */
  readonly estimated?: true
  readonly cost?: EnergyCost
}

export interface EnergyCost extends Readonly<Record<CostKind, number>> {
  readonly tax: number
  readonly total: number
  readonly by_price: readonly PriceCost[]
}

/** Without tax. */
export interface PriceCost {
  readonly name: string
  readonly energy_kwh: number
  readonly cost: number
}
