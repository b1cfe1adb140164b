import type { SimpleCondition } from '../rules/rule'
import { BudgetCondition, rounded } from './budget'
import type { ConditionContext, Evidence } from './condition'

/** Energy since the period began has reached one of the steps. */
export class EnergyCondition extends BudgetCondition {
  constructor(
    private readonly rule: SimpleCondition<'energy'>,
    context: ConditionContext,
  ) {
    super(rule, context)
  }

  evidence(): Evidence {
    const { limit_kwh } = this.rule
    return {
      key: 'energy_kwh',
      value: rounded(this.used_kwh),
      unit: 'kWh',
      threshold: rounded((limit_kwh * this.step_pct) / 100),
      facts: { ...this.facts, limit_kwh },
    }
  }
}
