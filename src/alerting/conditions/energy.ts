import type { SimpleCondition } from '../rules/rule'
import { BudgetCondition, rounded } from './budget'
import type { ConditionContext, Evidence } from './condition'
import type { PeriodTotal } from './period-energy'

/** Energy since the period began has reached one of the steps. */
export class EnergyCondition extends BudgetCondition {
  constructor(
    private readonly rule: SimpleCondition<'energy'>,
    context: ConditionContext,
  ) {
    const { period, steps_pct, limit_kwh: limit } = rule
    super({ period, steps_pct, limit }, context)
  }

  protected amountOf({ used_kwh }: PeriodTotal): number {
    return used_kwh
  }

  protected costOf(): number {
    return 0
  }

  evidence(): Evidence {
    const { limit_kwh } = this.rule
    return {
      key: 'energy_kwh',
      value: rounded(this.total.used_kwh),
      unit: 'kWh',
      threshold: rounded((limit_kwh * this.step_pct) / 100),
      facts: { ...this.facts, limit_kwh },
    }
  }
}
