import type { PriceRow, Tariff, TariffVersion } from './tariff'

/** One price at all times, without anything beside it. */
export function flatTariff(price_per_kwh: number, currency: string): Tariff {
  const row: PriceRow = { name: 'flat', price_per_kwh, days: [], from_minute: 0, to_minute: 0, up_to_per: 'month' }
  const version: TariffVersion = {
    rows: [row],
    demand_charges: [],
    service_charge: 0,
    service_per: 'month',
    minimum_charge: 0,
    taxes: [],
  }
  return { name: 'flat', currency, time_zone: 'UTC', billing_day: 1, special_days: [], versions: [version] }
}
