import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownNumber } from './known-number'
import { valueEvidence } from './value-evidence'
import { SlidingPercentile } from './windows/sliding-percentile'

/** While no sample comes, it is asked again after this part of the window. */
const PARTS = 60

/** It tells of what was, so that a device that goes offline leaves it as it is until time has emptied the window. */
export class PercentileCondition implements Condition {
  due_ms = Infinity
  private readonly known: KnownNumber
  private readonly window: SlidingPercentile
  private readonly pause_ms: number
  private value = NaN

  constructor(
    private readonly rule: SimpleCondition<'percentile'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownNumber(subject, rule.key)
    this.window = new SlidingPercentile(rule.window_s * 1000)
    this.pause_ms = (rule.window_s * 1000) / PARTS
  }

  take(moment: Moment): void {
    if (this.known.take(moment)) this.window.add(this.known.subject.sampled_ms, this.known.value)
  }

  judge({ now_ms }: Moment, raised: boolean): number {
    const { window, rule } = this
    window.expire(now_ms)
    this.due_ms = Math.max(window.due_ms, now_ms + this.pause_ms)
    this.value = window.percentile(rule.percentile)
    if (window.count < rule.minimum_samples) return UNKNOWN
    return this.value > (raised ? (rule.clear ?? rule.above) : rule.above) ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    const { key, above, percentile } = this.rule
    return valueEvidence(key, this.value, { threshold: above, facts: { percentile, samples: this.window.count } })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}
}
