import type { HistoryBucket } from '../database/database'
import type { EnergySource } from '../database/tiers/roll-up'
import type { TimeRange } from '../database/history/record-source'
import { DemandPeak } from '../domain/tariffs/demand-peak'
import type { CostShare } from '../domain/tariffs/household-costs'
import type { EnergyCost, EnergyRow, PriceCost } from './report'

const DIGITS = 1e6

/** Of which the highest mean power is looked for. */
export interface DemandWindows {
  readonly minutes: number
  /** On which one of them begins. */
  readonly day: TimeRange
}

/** What adds up in one row of a report. Rounded once, when it is told. */
export class Amounts {
  isEstimated = false
  private energy_kwh: number | undefined
  private energy_source: EnergySource | undefined
  private covered_ms = 0
  private readonly devices = new Set<string>()
  private readonly peak: DemandPeak
  private readonly costs = { energy: 0, demand: 0, service: 0, minimum: 0, tax: 0 }
  private readonly prices = new Map<string, { energy_kwh: number; cost: number }>()

  constructor(
    private readonly time: TimeRange,
    private readonly windows: DemandWindows,
  ) {
    this.peak = new DemandPeak(windows)
  }

  /** The part of a bucket that lies in the time. @param share of the bucket */
  addUse(bucket: HistoryBucket, share: number): void {
    const { device_id, energy_kwh, energy_source, covered_s } = bucket
    this.devices.add(device_id)
    this.covered_ms += covered_s * 1000 * share
    if (energy_kwh === undefined) return
    this.energy_kwh = (this.energy_kwh ?? 0) + energy_kwh * share
    this.energy_source = joined(this.energy_source, energy_source)
  }

  /** Of all devices that use something in that part, in the order of time. @param share of what they use */
  addDemand(members: readonly HistoryBucket[], { from, to }: TimeRange, share: number): void {
    const energy = members.map(({ device_id, energy_kwh = 0 }) => [device_id, energy_kwh * share] as const)
    this.peak.take(new Map(energy), from, to, { day: this.windows.day })
  }

  addCost({ kind, amount, tax, row, energy_kwh = 0 }: CostShare, share: number): void {
    this.costs[kind] += amount * share
    this.costs.tax += tax * share
    if (!row) return
    const price = this.prices.get(row.name) ?? { energy_kwh: 0, cost: 0 }
    price.energy_kwh += energy_kwh * share
    price.cost += amount * share
    this.prices.set(row.name, price)
  }

  row(device_id: string | undefined, hasTariff: boolean): EnergyRow {
    const { from, to } = this.time
    const { energy_kwh, energy_source, covered_ms, devices, peak } = this
    peak.finish()
    return {
      ...(device_id !== undefined && { device_id }),
      timestamp: from,
      duration_ms: to - from,
      ...(energy_kwh !== undefined && { energy_kwh: rounded(energy_kwh), highest_kw: rounded(peak.kw) }),
      ...(energy_source !== undefined && { energy_source }),
      completeness: rounded(Math.min(1, covered_ms / Math.max(1, devices.size) / (to - from))),
      ...(this.isEstimated && { estimated: true }),
      ...(hasTariff && { cost: this.cost() }),
    }
  }

  private cost(): EnergyCost {
    const { energy, demand, service, minimum, tax } = this.costs
    const by_price = Array.from(this.prices, ([name, price]): PriceCost => {
      return { name, energy_kwh: rounded(price.energy_kwh), cost: rounded(price.cost) }
    })
    return {
      energy: rounded(energy),
      demand: rounded(demand),
      service: rounded(service),
      minimum: rounded(minimum),
      tax: rounded(tax),
      total: rounded(energy + demand + service + minimum + tax),
      by_price,
    }
  }
}

function joined(one: EnergySource | undefined, other: EnergySource | undefined): EnergySource | undefined {
  return one === undefined || one === other ? other : other === undefined ? one : 'mixed'
}

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS
}
