import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownValue, type Value } from './known-value'
import { valueEvidence } from './value-evidence'

/**
 * The value is not the one any more that it was when it last changed: what creeps is told too, once it has come far
 * enough. The first value after the start changes nothing; what was switched while a device was offline does.
 */
export class ChangedCondition implements Condition {
  due_ms = Infinity
  private readonly known: KnownValue
  private before: Value | undefined
  private value: Value | undefined
  private until_ms = -Infinity
  /** It has not been judged since. */
  private is_new = false

  constructor(
    private readonly rule: SimpleCondition<'changed'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownValue(subject, rule.key)
  }

  take(moment: Moment): void {
    if (!this.known.take(moment)) return
    const { value, subject } = this.known
    if (value === undefined || !this.differs(value)) return
    this.is_new = this.value !== undefined
    if (this.is_new) this.until_ms = subject.sampled_ms + this.rule.hold_s * 1000
    this.before = this.value
    this.value = value
  }

  judge({ now_ms }: Moment): number {
    const holds = this.is_new || now_ms < this.until_ms
    this.is_new = false
    this.due_ms = holds ? Math.max(now_ms, this.until_ms) : Infinity
    if (this.value === undefined) return UNKNOWN
    return holds ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    const { value, before } = this
    return valueEvidence(this.rule.key, value, before === undefined ? {} : { facts: { previous: before } })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}

  private differs(value: Value): boolean {
    const last = this.value
    if (typeof value !== 'number' || typeof last !== 'number') return value !== last
    return Math.abs(value - last) > this.rule.by
  }
}
