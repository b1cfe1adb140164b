import type { BillingPeriod } from './pricing'

/** The present billing period, and those that late readings and clocks that are set come back to. */
const MOST_KEPT = 3

export interface SavedPeriodUse {
  readonly from: number
  readonly used_kwh: number
}

/** What was used in each billing period, as far as somebody has told it. */
export class PeriodUse {
  /** By the beginning of the period; what was added to last comes last. */
  private readonly kept = new Map<number, number>()

  usedIn({ from }: BillingPeriod): number {
    return this.kept.get(from) ?? 0
  }

  add({ from }: BillingPeriod, energy_kwh: number): void {
    const used_kwh = (this.kept.get(from) ?? 0) + energy_kwh
    this.kept.delete(from)
    this.kept.set(from, used_kwh)
    const [oldest] = this.kept.keys()
    if (oldest !== undefined && this.kept.size > MOST_KEPT) this.kept.delete(oldest)
  }

  save(): readonly SavedPeriodUse[] {
    return Array.from(this.kept, ([from, used_kwh]) => ({ from, used_kwh }))
  }

  restore(saved: readonly SavedPeriodUse[]): void {
    for (const { from, used_kwh } of saved) this.kept.set(from, used_kwh)
  }
}

/** Of what a file says; what is damaged is left out. */
export function parsePeriodUse(given: unknown): readonly SavedPeriodUse[] | undefined {
  if (!Array.isArray(given)) return undefined
  return given.slice(0, MOST_KEPT).flatMap((period: unknown) => {
    if (typeof period !== 'object' || period === null) return []
    const { from, used_kwh } = period as Record<string, unknown>
    return isNumber(from) && isNumber(used_kwh) && used_kwh >= 0 ? [{ from, used_kwh }] : []
  })
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
