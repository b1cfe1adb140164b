import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, UNKNOWN } from './condition'
import { KnownNumber } from './known-number'
import { valueEvidence } from './value-evidence'
import { SampleQueue } from './windows/sample-queue'

/** Samples nearer to each other than this part of `growing_s` are taken for one. */
const PARTS = 512

/** Over `above` for `growing_s`, and now no less than at the beginning of them. */
export class BacklogCondition implements Condition {
  due_ms = Infinity
  private readonly known: KnownNumber
  private readonly growing_ms: number
  /** What it was while it was over `above`; the first is the value of `growing_s` ago, once it is as old as that. */
  private readonly queue = new SampleQueue()

  constructor(
    private readonly rule: SimpleCondition<'backlog'>,
    { subject }: ConditionContext,
  ) {
    this.known = new KnownNumber(subject, rule.key)
    this.growing_ms = rule.growing_s * 1000
  }

  take(moment: Moment): void {
    const is_told = this.known.take(moment)
    // An unknown one is not more than anything.
    if (!(this.known.value > this.rule.above)) this.queue.clear()
    else if (is_told) this.add(this.known.subject.sampled_ms, this.known.value)
  }

  judge({ now_ms }: Moment): number {
    const { queue, known } = this
    while (queue.length > 1 && queue.timeAt(1) + this.growing_ms <= now_ms) queue.dropFirst()
    const is_old = queue.length > 0 && queue.timeAt(0) + this.growing_ms <= now_ms
    const next = is_old ? 1 : 0
    this.due_ms = queue.length > next ? queue.timeAt(next) + this.growing_ms : Infinity
    if (Number.isNaN(known.value)) return UNKNOWN
    return is_old && known.value >= queue.valueAt(0) ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    const { key, above, growing_s } = this.rule
    const facts = { growing_s, ...(this.queue.length > 0 && { previous: this.queue.valueAt(0) }) }
    return valueEvidence(key, this.known.value, { threshold: above, facts })
  }

  save(): undefined {
    return undefined
  }

  restore(): void {}

  private add(at_ms: number, value: number): void {
    const { queue } = this
    const last = queue.length - 1
    if (last > 0 && at_ms - queue.timeAt(last) < this.growing_ms / PARTS) queue.replaceLast(queue.timeAt(last), value)
    else queue.push(at_ms, value)
  }
}
