import type { Weekday } from '../calendar'

/** What electricity costs a household, over the years. Prices are in units of `currency` and without tax. */
export interface Tariff {
  readonly name: string
  /** ISO 4217. */
  readonly currency: string
  /** IANA name: whose clocks and dates all of it means. */
  readonly time_zone: string
  /** Day of the month on which a billing period begins, 1 to 28. */
  readonly billing_day: number
  readonly special_days: readonly SpecialDays[]
  /** Oldest first. Each holds until the next; where the first has no date, there is a price for all the time before. */
  readonly versions: readonly TariffVersion[]
}

/** Dates that are another kind of day than the calendar says, such as holidays. */
export interface SpecialDays {
  /** `mon` to `sun`, or a name of its own that `days` of a row can have. */
  readonly count_as: string
  /** `2026-12-25`, or `12-25` for every year. */
  readonly dates: readonly string[]
}

/** What holds from one day on. */
export interface TariffVersion {
  /** Local date, such as `2026-01-01`. */
  readonly valid_from?: string
  /** The first that applies tells the price. */
  readonly rows: readonly PriceRow[]
  readonly demand_charges: readonly DemandCharge[]
  readonly service_charge: number
  readonly service_per: ChargePeriod
  /** What energy, demand and service of a billing period cost together at least. */
  readonly minimum_charge: number
  /** In this order. */
  readonly taxes: readonly Tax[]
}

export const CHARGE_PERIODS = ['month', 'day'] as const
export type ChargePeriod = (typeof CHARGE_PERIODS)[number]

/** When something applies. A span over midnight belongs, with all conditions, to the day on which it begins. */
export interface Times {
  /** `MM-DD`, both included; over New Year where it ends before it begins. Absent: all year. */
  readonly season?: { readonly from: string; readonly to: string }
  /** `mon` to `sun` and names of special days; empty: every day. */
  readonly days: readonly string[]
  /** Minutes since midnight, as clocks show them, `to` not included. Equal: the whole day. */
  readonly from_minute: number
  readonly to_minute: number
}

export interface PriceRow extends Times {
  /** Costs are told by it; several rows may have the same. */
  readonly name: string
  readonly price_per_kwh: number
  /** Applies until the household has used so much in the billing period; absent: always. */
  readonly up_to_kwh?: number
  /** `day`: `up_to_kwh` is multiplied by the days of the billing period. */
  readonly up_to_per: ChargePeriod
}

/** For the highest mean power of a billing period, over windows of so many minutes that begin within the times. */
export interface DemandCharge extends Times {
  readonly name: string
  readonly price_per_kw: number
  /** `day`: for each day of the billing period. */
  readonly per: ChargePeriod
  readonly minutes: number
}

export const DEMAND_MINUTES = [15, 30, 60] as const

export const TAXABLE = ['energy', 'demand', 'service', 'minimum', 'taxes'] as const
export type Taxable = (typeof TAXABLE)[number]

export interface Tax {
  readonly name: string
  readonly percent: number
  /** `taxes`: those before it. */
  readonly on: readonly Taxable[]
}

export type DayKind = Weekday | (string & {})
