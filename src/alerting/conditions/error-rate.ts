import type { SimpleCondition } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { SlidingShare } from './windows/sliding-share'

/**
 * A sample whose `key` is false has failed, and so has a device that goes offline. One whose `key` is true has not, nor
 * has any other reading: the device was read. What else comes does not count.
 */
export class ErrorRateCondition implements Condition {
  due_ms = Infinity
  private readonly subject: Subject
  private readonly window: SlidingShare

  constructor(
    private readonly rule: SimpleCondition<'error_rate'>,
    { subject }: ConditionContext,
  ) {
    this.subject = subject
    this.window = new SlidingShare(rule.window_s * 1000)
  }

  take({ event, now_ms }: Moment): void {
    if (event !== undefined) {
      if (event.event === 'offline') this.window.add(now_ms, true)
      return
    }
    const { values, sampled_ms } = this.subject
    const told = values[this.rule.key]
    if (typeof told === 'boolean') this.window.add(sampled_ms, !told)
    else if (values.device_id !== undefined) this.window.add(sampled_ms, false)
  }

  judge({ now_ms }: Moment): number {
    this.window.expire(now_ms)
    this.due_ms = this.window.due_ms
    if (this.window.total < this.rule.minimum_samples) return UNKNOWN
    return this.share_pct > this.rule.above_pct ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    const { total, failed } = this.window
    return {
      key: this.rule.key,
      ...(total > 0 && { value: this.share_pct }),
      unit: '%',
      threshold: this.rule.above_pct,
      facts: { samples: total, failures: failed },
    }
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}

  private get share_pct(): number {
    return (this.window.failed / this.window.total) * 100
  }
}
