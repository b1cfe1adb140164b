import { blocksOf, type BlockUse } from './blocks'
import { DemandPeak, sum, type DeviceEnergy } from './demand-peak'
import type { BillingPeriod, LocalDay, PriceStretch, Pricing } from './pricing'
import type { CostKind, DemandCharge, PriceRow, Tariff, TariffVersion } from './tariff'
import { taxFactors } from './taxes'

/** What the devices of a household used in some time, evenly from its start to its end. */
export interface HouseholdUse {
  readonly from: number
  readonly to: number
  readonly energy_kwh: DeviceEnergy
}

/** An amount that one device costs, to be spread evenly over the time. */
export interface CostShare {
  readonly device_id: string
  readonly from: number
  readonly to: number
  readonly kind: CostKind
  readonly amount: number
  readonly tax: number
  /** Of energy. */
  readonly row?: PriceRow
  readonly energy_kwh?: number
}

export interface HouseholdCostsOptions {
  readonly pricing: Pricing
  /** Time that use is told of; with whole billing periods where `needsWholePeriods` says so. */
  readonly from: number
  readonly to: number
  /** Who shares what is to be paid where nothing is used. */
  readonly device_ids: readonly string[]
  readonly take: (share: CostShare) => void
}

/** Whether what is used before and after, in the same billing period, changes what a moment costs. */
export function needsWholePeriods({ versions }: Tariff): boolean {
  return versions.some(
    ({ rows, demand_charges, minimum_charge }) =>
      demand_charges.length > 0 || minimum_charge > 0 || rows.some(({ up_to_kwh }) => up_to_kwh !== undefined),
  )
}

/**
 * Shares out to the devices of a household what the household has to pay, so that all shares together are the bill:
 *
 * - energy: in proportion to what each uses at the same time; a block ends for all at once;
 * - service: over the days of the billing period, of each day in proportion to what each uses on it;
 * - demand: over the days of the billing period, in proportion to each one's power in the highest window;
 * - what is missing to the minimum: when the billing period has ended, over its days, in proportion to energy.
 */
export class HouseholdCosts {
  /** First stretches of the days of the billing period, up to the present day. */
  private days: PriceStretch[] = []
  private day_kwh = new Map<string, number>()
  private period_kwh = new Map<string, number>()
  private period_cost = 0
  private peaks = new Map<DemandCharge, DemandPeak>()

  constructor(private readonly options: HouseholdCostsOptions) {}

  /** In the order of time. */
  take(use: HouseholdUse): void {
    for (let from = use.from; from < use.to;) {
      this.moveTo(from)
      const stretch = this.options.pricing.stretchAt(from)
      const to = Math.min(stretch.to, use.to)
      this.takeStretch(stretch, from, to, scaled(use.energy_kwh, (to - from) / (use.to - use.from)))
      from = to
    }
  }

  /** Shares out what is left to be paid. */
  finish(): void {
    this.moveTo(this.options.to - 1)
    this.endDay(this.today)
    this.endPeriod(this.today)
  }

  private get today(): PriceStretch {
    return this.days.at(-1) as PriceStretch
  }

  /** Ends the days, and the billing periods, before a moment. */
  private moveTo(moment: number): void {
    const { pricing, from } = this.options
    if (this.days.length === 0) this.days.push(pricing.stretchAt(from))
    while (this.today.day.to <= moment) {
      const { today } = this
      this.endDay(today)
      const next = pricing.stretchAt(today.day.to)
      if (next.period.from !== today.period.from) this.endPeriod(today)
      this.days.push(next)
    }
  }

  private takeStretch(stretch: PriceStretch, from: number, to: number, energy: DeviceEnergy): void {
    const used_kwh = sum(this.period_kwh.values())
    for (const block of blocksOf(stretch, used_kwh, sum(energy.values()))) {
      this.share('energy', block.energy_kwh * block.row.price_per_kwh, energy, { ...stretch, from, to, block })
    }
    for (const charge of stretch.demand_charges) {
      let peak = this.peaks.get(charge)
      if (!peak) this.peaks.set(charge, (peak = new DemandPeak(charge)))
      peak.take(energy, from, to, stretch)
    }
    add(this.day_kwh, energy)
    add(this.period_kwh, energy)
  }

  private endDay({ day, version, period }: PriceStretch): void {
    const { service_charge, service_per } = version
    const amount = service_per === 'day' ? service_charge : service_charge / period.days
    this.share('service', amount, this.day_kwh, { ...day, version })
    this.day_kwh = new Map()
  }

  private endPeriod({ period }: PriceStretch): void {
    for (const peak of this.peaks.values()) peak.finish()
    for (const { day, version } of this.days) {
      for (const charge of version.demand_charges) {
        const { kw = 0, energy_kwh = NOTHING } = this.peaks.get(charge) ?? {}
        const days = charge.per === 'day' ? 1 : period.days
        this.share('demand', (kw * charge.price_per_kw) / days, energy_kwh, { ...day, version })
      }
    }
    if (this.options.from <= this.firstMomentOf(period) && this.options.to >= period.to) this.addMinimum(period)
    this.days = []
    this.period_kwh = new Map()
    this.period_cost = 0
    this.peaks = new Map()
  }

  private addMinimum({ days }: BillingPeriod): void {
    const least = sum(this.days.map(({ version }) => version.minimum_charge / days))
    const missing = least - this.period_cost
    if (missing <= 0) return
    const each = missing / this.days.length
    for (const { day, version } of this.days) this.share('minimum', each, this.period_kwh, { ...day, version })
  }

  /** A tariff may begin within one. */
  private firstMomentOf(period: BillingPeriod): number {
    return Math.max(period.from, this.options.pricing.begins)
  }

  private share(kind: CostKind, amount: number, weights: DeviceEnergy, what: Shared): void {
    if (amount === 0 && !what.block) return
    const { from, to, version, block } = what
    const { device_ids, take } = this.options
    const total = sum(weights.values())
    const tax = amount * taxFactors(version)[kind]
    this.period_cost += amount
    for (const device_id of total > 0 ? weights.keys() : device_ids) {
      const part = total > 0 ? (weights.get(device_id) ?? 0) / total : 1 / device_ids.length
      const energy = block && { row: block.row, energy_kwh: block.energy_kwh * part }
      take({ device_id, from, to, kind, amount: amount * part, tax: tax * part, ...energy })
    }
  }
}

interface Shared extends LocalDay {
  readonly version: TariffVersion
  readonly block?: BlockUse
}

const NOTHING: DeviceEnergy = new Map()

function scaled(energy: DeviceEnergy, factor: number): DeviceEnergy {
  return factor === 1 ? energy : new Map(Array.from(energy, ([device_id, kwh]) => [device_id, kwh * factor]))
}

function add(to: Map<string, number>, energy: DeviceEnergy): void {
  for (const [device_id, kwh] of energy) to.set(device_id, (to.get(device_id) ?? 0) + kwh)
}
