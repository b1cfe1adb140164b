import { COST_KINDS, type CostKind, type Tax, type TariffVersion } from './tariff'

export type TaxFactors = Readonly<Record<CostKind, number>>

const known = new WeakMap<TariffVersion, TaxFactors>()

/** How much tax is on a unit of each kind of cost. */
export function taxFactors(version: TariffVersion): TaxFactors {
  let factors = known.get(version)
  if (!factors) {
    const entries = COST_KINDS.map((kind) => [kind, factorOf(kind, version.taxes)] as const)
    known.set(version, (factors = Object.fromEntries(entries) as Record<CostKind, number>))
  }
  return factors
}

function factorOf(kind: CostKind, taxes: readonly Tax[]): number {
  let factor = 0
  for (const { percent, on } of taxes) {
    const base = (on.includes(kind) ? 1 : 0) + (on.includes('taxes') ? factor : 0)
    factor += (base * percent) / 100
  }
  return factor
}
