import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import type { Condition, ConditionContext, Evidence, Json } from './condition'
import { EnergyBudget, rounded } from './energy-budget'

/** The price of the energy since the period began has reached one of the steps. */
export class CostCondition implements Condition {
  private readonly budget: EnergyBudget

  constructor(
    private readonly rule: SimpleCondition<'cost'>,
    context: ConditionContext,
  ) {
    const { period, steps_pct, limit, price_per_kwh } = rule
    this.budget = new EnergyBudget({ period, steps_pct, limit_kwh: limit / price_per_kwh }, context)
  }

  get due_ms(): number {
    return this.budget.due_ms
  }

  take(moment: Moment): void {
    this.budget.take(moment)
  }

  judge(moment: Moment): number {
    return this.budget.judge(moment)
  }

  evidence(): Evidence {
    const { budget } = this
    const { limit, price_per_kwh, currency } = this.rule
    const cost = rounded(budget.used_kwh * price_per_kwh)
    return {
      key: 'cost',
      value: cost,
      unit: currency,
      threshold: rounded((limit * budget.step_pct) / 100),
      facts: { ...budget.facts, limit, cost, currency },
    }
  }

  save(moment: Moment): Json | undefined {
    return this.budget.save(moment)
  }

  restore(saved: Json, saved_ms: number): void {
    this.budget.restore(saved, saved_ms)
  }
}
