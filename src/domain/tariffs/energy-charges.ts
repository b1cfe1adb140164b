import { blocksOf } from './blocks'
import { PeriodUse, type SavedPeriodUse } from './period-use'
import type { PriceStretch, Pricing } from './pricing'
import { taxFactors } from './taxes'

/** Goes evenly from `from` to `to`, ms since the epoch; all at `to` where that is not later. */
export interface UsedEnergy {
  readonly from: number
  readonly to: number
  readonly energy_kwh: number
}

/** What was used in a longer silence is taken for used in so much of it: every day has to be looked at. */
const LONGEST_MS = 31 * 86_400_000

/**
 * What energy costs while it is used: its price, and the taxes on it. What belongs to a bill as a whole is not in it:
 * service, demand and minimum charges. Blocks end by what was taken here in the billing period.
 */
export class EnergyCharges {
  private readonly used = new PeriodUse()
  private readonly hasBlocks: boolean

  constructor(private readonly pricing: Pricing) {
    const { versions } = pricing.tariff
    this.hasBlocks = versions.some(({ rows }) => rows.some(({ up_to_kwh }) => up_to_kwh !== undefined))
  }

  /** Returns what it costs, in the currency of the tariff; nothing before the tariff begins. */
  take({ from, to, energy_kwh }: UsedEnergy): number {
    const { pricing } = this
    if (!(energy_kwh > 0)) return 0
    if (from >= to) return to < pricing.begins ? 0 : this.charge(pricing.stretchAt(to), energy_kwh)
    const start = Math.max(from, to - LONGEST_MS)
    let cost = 0
    for (let at = Math.max(start, pricing.begins); at < to;) {
      const stretch = pricing.stretchAt(at)
      const until = Math.min(stretch.to, to)
      cost += this.charge(stretch, (energy_kwh * (until - at)) / (to - start))
      at = until
    }
    return cost
  }

  /** The same for energy that is taken elsewhere: no block moves on. */
  costOf(used: UsedEnergy): number {
    const aside = new EnergyCharges(this.pricing)
    aside.restore(this.save())
    return aside.take(used)
  }

  /** Nothing where no block goes by it. */
  save(): readonly SavedPeriodUse[] {
    return this.used.save()
  }

  restore(saved: readonly SavedPeriodUse[]): void {
    if (this.hasBlocks) this.used.restore(saved)
  }

  private charge(stretch: PriceStretch, energy_kwh: number): number {
    let cost = 0
    for (const { row, energy_kwh: part_kwh } of blocksOf(stretch, this.used.usedIn(stretch.period), energy_kwh)) {
      cost += part_kwh * row.price_per_kwh
    }
    if (this.hasBlocks) this.used.add(stretch.period, energy_kwh)
    return cost * (1 + taxFactors(stretch.version).energy)
  }
}
