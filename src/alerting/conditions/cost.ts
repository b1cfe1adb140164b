import { EnergyCharges, type UsedEnergy } from '../../domain/tariffs/energy-charges'
import { parsePeriodUse } from '../../domain/tariffs/period-use'
import type { Moment } from '../watching/subject'
import type { SimpleCondition } from '../rules/rule'
import { BudgetCondition, rounded } from './budget'
import type { ConditionContext, Evidence, Json } from './condition'
import type { PeriodTotal } from './period-energy'
import { savedField } from './saved-fields'

/**
 * The price of the energy since the period began has reached one of the steps. Without a price of its own it goes by the
 * tariff, whose blocks end by what the subject has used in the billing period.
 */
export class CostCondition extends BudgetCondition {
  private readonly charges: EnergyCharges | undefined

  constructor(
    private readonly rule: SimpleCondition<'cost'>,
    context: ConditionContext,
  ) {
    super(rule, context)
    const { pricing } = context
    this.charges = rule.price_per_kwh === undefined && pricing ? new EnergyCharges(pricing) : undefined
  }

  protected amountOf({ cost }: PeriodTotal): number {
    return cost
  }

  protected costOf(used: UsedEnergy): number {
    return this.charges?.take(used) ?? used.energy_kwh * (this.rule.price_per_kwh ?? 0)
  }

  evidence(): Evidence {
    const { limit, currency } = this.rule
    const cost = rounded(this.total.cost)
    return {
      key: 'cost',
      value: cost,
      unit: currency,
      threshold: rounded((limit * this.step_pct) / 100),
      facts: { ...this.facts, limit, cost, currency },
    }
  }

  override save(moment: Moment): { readonly [key: string]: Json } | undefined {
    const saved = super.save(moment)
    const blocks = this.charges?.save() ?? []
    return saved && { ...saved, ...(blocks.length > 0 && { blocks: blocks.map((block) => ({ ...block })) }) }
  }

  override restore(saved: Json, saved_ms: number): void {
    super.restore(saved, saved_ms)
    this.charges?.restore(parsePeriodUse(savedField(saved, 'blocks')) ?? [])
  }
}
