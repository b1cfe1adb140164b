import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownValue } from './known-value'
import { valueEvidence } from './value-evidence'

export class EqualCondition implements Condition {
  readonly due_ms = Infinity
  private readonly known: KnownValue

  constructor(
    private readonly rule: SimpleCondition<'equal'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownValue(subject, rule.key)
  }

  take(moment: Moment): void {
    this.known.take(moment)
  }

  judge(): number {
    const { value } = this.known
    if (value === undefined) return UNKNOWN
    return (value === this.rule.value) !== this.rule.negate ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    return valueEvidence(this.rule.key, this.known.value, { threshold: this.rule.value })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}
}
