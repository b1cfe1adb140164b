import type { SimpleCondition } from '../rules/rule'
import { BudgetCondition, rounded } from './budget'
import type { ConditionContext, Evidence } from './condition'

/** The price of the energy since the period began has reached one of the steps. */
export class CostCondition extends BudgetCondition {
  constructor(
    private readonly rule: SimpleCondition<'cost'>,
    context: ConditionContext,
  ) {
    const { period, steps_pct, limit, price_per_kwh } = rule
    super({ period, steps_pct, limit_kwh: limit / price_per_kwh }, context)
  }

  evidence(): Evidence {
    const { limit, price_per_kwh, currency } = this.rule
    const cost = rounded(this.used_kwh * price_per_kwh)
    return {
      key: 'cost',
      value: cost,
      unit: currency,
      threshold: rounded((limit * this.step_pct) / 100),
      facts: { ...this.facts, limit, cost, currency },
    }
  }
}
