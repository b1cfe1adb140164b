import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import type { Condition, ConditionContext, Evidence, Json } from './condition'
import { EnergyBudget, rounded } from './energy-budget'

/** Energy since the period began has reached one of the steps. */
export class EnergyCondition implements Condition {
  private readonly budget: EnergyBudget

  constructor(
    private readonly rule: SimpleCondition<'energy'>,
    context: ConditionContext,
  ) {
    this.budget = new EnergyBudget(rule, context)
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
    const { limit_kwh } = this.rule
    return {
      key: 'energy_kwh',
      value: rounded(budget.used_kwh),
      unit: 'kWh',
      threshold: rounded((limit_kwh * budget.step_pct) / 100),
      facts: { ...budget.facts, limit_kwh },
    }
  }

  save(moment: Moment): Json | undefined {
    return this.budget.save(moment)
  }

  restore(saved: Json, saved_ms: number): void {
    this.budget.restore(saved, saved_ms)
  }
}
