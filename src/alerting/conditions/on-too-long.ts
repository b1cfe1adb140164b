import type { SimpleCondition } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json, UNKNOWN } from './condition'
import { savedAmount } from './saved-fields'
import { toldOn } from './told-on'

/** What is on after an outage, or after a restart, is taken to have been on all the time. */
export class OnTooLongCondition implements Condition {
  due_ms = Infinity
  private readonly subject: Subject
  private readonly after_ms: number
  /** Unknown until somebody says it. */
  private on: boolean | undefined
  /** NaN: it is not on. */
  private since_ms = NaN

  constructor(
    private readonly rule: SimpleCondition<'on_too_long'>,
    { subject }: ConditionContext,
  ) {
    this.subject = subject
    this.after_ms = rule.after_s * 1000
  }

  take(moment: Moment): void {
    const on = toldOn(moment, this.subject)
    if (on === undefined) return
    this.on = on
    if (!on) {
      this.since_ms = NaN
      return
    }
    const wasSwitched = moment.event !== undefined
    if (wasSwitched) this.since_ms = moment.now_ms
    else if (Number.isNaN(this.since_ms)) this.since_ms = this.subject.sampled_ms
  }

  judge({ now_ms }: Moment): number {
    this.due_ms = Infinity
    if (this.on === undefined || this.subject.online === false) return UNKNOWN
    if (!this.on) return HOLDS_NOT
    const due_ms = this.since_ms + this.after_ms
    if (now_ms >= due_ms) return HOLDS
    this.due_ms = due_ms
    return HOLDS_NOT
  }

  evidence({ now_ms, wall_ms }: Moment): Evidence {
    const threshold = this.rule.after_s
    if (Number.isNaN(this.since_ms)) return { key: 'on_s', unit: 's', threshold }
    const on_ms = now_ms - this.since_ms
    const facts = { on_since: Math.round(wall_ms - on_ms) }
    return { key: 'on_s', value: Math.round(on_ms / 1000), unit: 's', threshold, facts }
  }

  save({ now_ms }: Moment): Json | undefined {
    return Number.isNaN(this.since_ms) ? undefined : { on_ms: now_ms - this.since_ms }
  }

  restore(saved: Json, saved_ms: number): void {
    const on_ms = savedAmount(saved, 'on_ms')
    if (on_ms !== undefined) this.since_ms = saved_ms - on_ms
  }
}
