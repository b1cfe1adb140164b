import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownNumber } from './known-number'
import { valueEvidence } from './value-evidence'
import { SlidingExtreme } from './windows/sliding-extreme'

/** How far the value is from the lowest and the highest of the last `within_s`. */
export class RateCondition implements Condition {
  due_ms = Infinity
  private readonly known: KnownNumber
  private readonly within_ms: number
  private readonly lowest: SlidingExtreme
  private readonly highest: SlidingExtreme
  private last = NaN
  private last_ms = NaN
  private change = 0

  constructor(
    private readonly rule: SimpleCondition<'rate'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownNumber(subject, rule.key)
    this.within_ms = rule.within_s * 1000
    this.lowest = new SlidingExtreme('lowest', this.within_ms)
    this.highest = new SlidingExtreme('highest', this.within_ms)
  }

  take(moment: Moment): void {
    if (this.known.take(moment)) this.add(this.known.subject.sampled_ms, this.known.value)
    else if (Number.isNaN(this.known.value)) this.forget()
  }

  judge({ now_ms }: Moment): number {
    this.due_ms = Infinity
    if (Number.isNaN(this.known.value)) return UNKNOWN
    this.lowest.expire(now_ms)
    this.highest.expire(now_ms)
    this.change = this.largestChange()
    if (Math.abs(this.change) <= this.rule.by) return HOLDS_NOT
    this.due_ms = Math.min(this.lowest.due_ms, this.highest.due_ms)
    return HOLDS
  }

  evidence(): Evidence {
    const { key, by, within_s } = this.rule
    return valueEvidence(key, this.known.value, { threshold: by, facts: { change: this.change, within_s } })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}

  private add(at_ms: number, value: number): void {
    const gap_ms = at_ms - this.last_ms
    // Of two samples that lie further apart, the part of the change that falls into the window on average.
    if (gap_ms >= this.within_ms) this.extend(at_ms, value - ((value - this.last) * this.within_ms) / gap_ms)
    this.extend(at_ms, value)
    this.last = value
    this.last_ms = at_ms
  }

  private extend(at_ms: number, value: number): void {
    this.lowest.add(at_ms, value)
    this.highest.add(at_ms, value)
  }

  private forget(): void {
    this.lowest.clear()
    this.highest.clear()
    this.last = NaN
    this.last_ms = NaN
  }

  /** Under 0: it has fallen. */
  private largestChange(): number {
    const { direction } = this.rule
    // Where time has left out all samples, the last one still tells the value.
    const rise = direction === 'fall' ? 0 : this.last - this.lowest.value || 0
    const fall = direction === 'rise' ? 0 : this.highest.value - this.last || 0
    return rise >= fall ? rise : -fall
  }
}
