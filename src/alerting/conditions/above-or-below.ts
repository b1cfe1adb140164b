import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownNumber } from './known-number'
import { valueEvidence } from './value-evidence'

export class AboveOrBelowCondition implements Condition {
  readonly due_ms = Infinity
  private readonly known: KnownNumber
  private readonly is_above: boolean
  private readonly limit: number
  private readonly clear: number

  constructor(
    private readonly rule: SimpleCondition<'above' | 'below'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownNumber(subject, rule.key)
    this.is_above = rule.kind === 'above'
    this.limit = rule.value
    this.clear = rule.clear ?? rule.value
  }

  take(moment: Moment): void {
    this.known.take(moment)
  }

  judge(_moment: Moment, raised: boolean): number {
    const { value } = this.known
    if (Number.isNaN(value)) return UNKNOWN
    const limit = raised ? this.clear : this.limit
    return (this.is_above ? value > limit : value < limit) ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    return valueEvidence(this.rule.key, this.known.value, { threshold: this.rule.value })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}
}
