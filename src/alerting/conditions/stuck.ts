import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json, UNKNOWN } from './condition'
import { KnownNumber } from './known-number'
import { isValue, KnownValue, type Value } from './known-value'
import { savedAmount, savedField } from './saved-fields'
import { valueEvidence } from './value-evidence'

/** A value, and how long it has been the same: from its first sample to its newest, for while none comes nothing is stuck. */
interface Standing {
  readonly value: Value
  readonly lasted_ms: number
}

export class StuckCondition implements Condition {
  readonly due_ms = Infinity
  private readonly known: KnownValue
  private readonly meanwhile: KnownNumber | undefined
  private value: Value | undefined
  private since_ms = 0
  private lasted_ms = 0
  /** What goes on where the first value after a restart is the same. */
  private restored: Standing | undefined

  constructor(
    private readonly rule: SimpleCondition<'stuck'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownValue(subject, rule.key)
    this.meanwhile = rule.while_key === undefined ? undefined : new KnownNumber(subject, rule.while_key)
  }

  take(moment: Moment): void {
    const is_told = this.known.take(moment)
    this.meanwhile?.take(moment)
    const { value } = this.known
    const over = this.meanwhile === undefined ? Infinity : this.meanwhile.value - this.rule.while_above
    if (over <= 0) this.restored = undefined
    if (value === undefined || !(over > 0)) this.forget()
    else if (is_told) this.add(this.known.subject.sampled_ms, value)
  }

  judge(): number {
    if (this.known.value === undefined) return UNKNOWN
    if (this.meanwhile !== undefined && Number.isNaN(this.meanwhile.value)) return UNKNOWN
    return this.lasted_ms >= this.rule.after_s * 1000 ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    const { key, while_key } = this.rule
    const over = this.meanwhile?.value
    const meanwhile = while_key !== undefined && over !== undefined && !Number.isNaN(over) && { [while_key]: over }
    return valueEvidence(key, this.known.value, { facts: { duration_s: this.lasted_ms / 1000, ...meanwhile } })
  }

  /** So that an incident goes on over a restart, and what takes days is found however often there is one. */
  save(): Json | undefined {
    const { value, lasted_ms, restored } = this
    if (value !== undefined) return { value, lasted_ms }
    return restored && { ...restored }
  }

  restore(saved: Json): void {
    const value = savedField(saved, 'value')
    const lasted_ms = savedAmount(saved, 'lasted_ms')
    if (isValue(value) && lasted_ms !== undefined) this.restored = { value, lasted_ms }
  }

  private add(at_ms: number, value: Value): void {
    if (value !== this.value) {
      this.value = value
      this.since_ms = at_ms - (this.restored?.value === value ? this.restored.lasted_ms : 0)
      this.restored = undefined
    }
    this.lasted_ms = at_ms - this.since_ms
  }

  private forget(): void {
    this.value = undefined
    this.lasted_ms = 0
  }
}
