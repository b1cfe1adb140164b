import type { Calendar } from '../../domain/calendar'
import type { SimpleCondition } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json, UNKNOWN } from './condition'
import { savedAmount } from './saved-fields'
import { toldOn } from './told-on'

/**
 * Holds until it is switched back, also when the hours are over by then. What it is at the start is nobody's doing; what
 * was switched while the device was offline counts at the moment it says so.
 */
export class UnexpectedCondition implements Condition {
  readonly due_ms = Infinity
  private readonly subject: Subject
  private readonly calendar: Calendar
  /** Unknown until somebody says it. */
  private on: boolean | undefined
  /** By the wall clock; undefined: it is not, or not unexpectedly. */
  private switched_at: number | undefined

  constructor(
    private readonly rule: SimpleCondition<'unexpected'>,
    { subject, calendar }: ConditionContext,
  ) {
    this.subject = subject
    this.calendar = calendar
  }

  take(moment: Moment): void {
    const on = toldOn(moment, this.subject)
    if (on === undefined) return
    const { event, wall_ms } = moment
    const wasSwitched = event !== undefined || (this.on !== undefined && this.on !== on)
    this.on = on
    if (on !== (this.rule.state === 'on')) this.switched_at = undefined
    else if (wasSwitched) this.check(event === undefined ? this.subject.timestamp : wall_ms)
  }

  judge(): number {
    if (this.on === undefined || this.subject.online === false) return UNKNOWN
    return this.switched_at === undefined ? HOLDS_NOT : HOLDS
  }

  evidence(): Evidence {
    const { on, switched_at } = this
    return {
      key: 'on',
      ...(on !== undefined && { value: on }),
      ...(switched_at !== undefined && { facts: { switched_at } }),
    }
  }

  save(): Json | undefined {
    return this.switched_at === undefined ? undefined : { switched_at: this.switched_at }
  }

  restore(saved: Json): void {
    this.switched_at = savedAmount(saved, 'switched_at')
  }

  /** Event and sample tell of the same switching, one after the other: the first that lies within stays. */
  private check(at: number): void {
    if (this.switched_at === undefined && this.calendar.within(this.rule, at)) this.switched_at = at
  }
}
