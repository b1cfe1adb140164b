import type { Database } from '../database/database'
import type { Clock } from '../domain/clock'
import type { Tariff } from '../domain/tariffs/tariff'

export interface EnergyQuery {
  readonly from: number
  readonly to: number
  /** Empty: every device. */
  readonly device_ids: readonly string[]
  readonly period: 'hour' | 'day' | 'month'
}

export interface EnergyReport {
  readonly rows: readonly unknown[]
}

export interface EnergyOrder {
  readonly database: Pick<Database, 'history'>
  readonly query: EnergyQuery
  readonly tariff?: Tariff
  readonly clock: Pick<Clock, 'now'>
}

export async function energyReport(order: EnergyOrder): Promise<EnergyReport> {
  await Promise.resolve(order)
  return { rows: [] }
}
