import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownNumber } from './known-number'
import { valueEvidence } from './value-evidence'

export class OutsideCondition implements Condition {
  readonly due_ms = Infinity
  private readonly known: KnownNumber

  constructor(
    private readonly rule: SimpleCondition<'outside'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownNumber(subject, rule.key)
  }

  take(moment: Moment): void {
    this.known.take(moment)
  }

  judge(_moment: Moment, raised: boolean): number {
    const { value } = this.known
    if (Number.isNaN(value)) return UNKNOWN
    const { low, high, margin } = this.rule
    const inside = raised ? margin : 0
    return value < low + inside || value > high - inside ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    const { key, low, high } = this.rule
    const { value } = this.known
    const threshold = value - low > high - value ? high : low
    return valueEvidence(key, value, { threshold, facts: { low, high } })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}
}
