/** What electricity costs a household, over the years. Amounts are in units of `currency`, without the taxes named. */
export interface Tariff {
  readonly name: string
  /** ISO 4217. */
  readonly currency: string
  /** IANA name: whose clocks and dates all of it means. */
  readonly time_zone: string
  /** Day of the month on which a billing period begins, 1 to 28. */
  readonly billing_day: number
  readonly special_days: readonly SpecialDays[]
  /** Oldest first; each holds until the next. */
  readonly versions: readonly TariffVersion[]
}

/** Dates that are another kind of day than the calendar says, such as holidays. */
export interface SpecialDays {
  /** `mon` to `sun`, or a name of its own that `days` can have. */
  readonly count_as: string
  /** `2026-12-25`, or `12-25` for every year. */
  readonly dates: readonly string[]
}

/** What holds from one day on. */
export interface TariffVersion {
  /** Local date such as `2026-01-01`; absent in the first: it holds for all the time before the second. */
  readonly valid_from?: string
  /** The first that applies tells the price. */
  readonly rows: readonly PriceRow[]
  readonly demand_charges: readonly DemandCharge[]
  readonly service_charge: number
  readonly service_per: ChargePeriod
  /** What energy, demand and service of a billing period cost together at least. */
  readonly minimum_charge: number
  /** In the order in which they are added. */
  readonly taxes: readonly Tax[]
}

/** `month`: a billing period. */
export const CHARGE_PERIODS = ['month', 'day'] as const
export type ChargePeriod = (typeof CHARGE_PERIODS)[number]

/** When something applies. A span over midnight belongs, with its season, to the day on which it begins. */
export interface Times {
  /** `MM-DD`, both included; over New Year where it ends before it begins. Absent: all year. */
  readonly season?: { readonly from: string; readonly to: string }
  /** `mon` to `sun` and names of special days; empty: every day. */
  readonly days: readonly string[]
  /** Minutes since midnight, as clocks show them; `to` is not included. Equal: for 24 hours. */
  readonly from_minute: number
  readonly to_minute: number
}

export interface PriceRow extends Times {
  /** Costs are told by it; several rows may have the same. */
  readonly name: string
  readonly price_per_kwh: number
  /** Applies until the household has used so much in the billing period; absent: always. */
  readonly up_to_kwh?: number
  /** `day`: so much for each day that the billing period has. */
  readonly up_to_per: ChargePeriod
}

/** For the highest mean power of a billing period within its times. */
export interface DemandCharge extends Times {
  readonly name: string
  readonly price_per_kw: number
  /** `day`: for each day that the billing period has. */
  readonly per: ChargePeriod
  /** Over how long the mean is. */
  readonly minutes: number
}

export const DEMAND_MINUTES = [15, 30, 60] as const

/** What a bill is made of. */
export const COST_KINDS = ['energy', 'demand', 'service', 'minimum'] as const
export type CostKind = (typeof COST_KINDS)[number]

export const TAXABLE = [...COST_KINDS, 'taxes'] as const

export interface Tax {
  readonly name: string
  readonly percent: number
  /** `taxes`: those before it, as far as they are on the same. */
  readonly on: readonly (typeof TAXABLE)[number][]
}
