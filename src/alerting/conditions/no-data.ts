import type { SimpleCondition } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json } from './condition'
import { savedAmount } from './saved-fields'

/**
 * Counts from the first time it is asked, so that what never says anything is noticed too. Once silent, only a sample
 * ends it: a restart is none.
 */
export class NoDataCondition implements Condition {
  due_ms = Infinity
  private readonly subject: Subject
  private readonly after_ms: number
  private silent = false
  private since_ms = NaN
  /** By the wall clock; undefined: never. */
  private heard_at: number | undefined

  constructor(
    private readonly rule: SimpleCondition<'no_data'>,
    { subject }: ConditionContext,
  ) {
    this.subject = subject
    this.after_ms = rule.after_s * 1000
  }

  take({ event }: Moment): void {
    const { key } = this.rule
    const { values, sampled_ms, timestamp } = this.subject
    if (event !== undefined || (key !== undefined && (values[key] ?? undefined) === undefined)) return
    this.silent = false
    this.since_ms = sampled_ms
    this.heard_at = timestamp
  }

  judge({ now_ms }: Moment): number {
    if (Number.isNaN(this.since_ms)) this.since_ms = now_ms
    const due_ms = this.since_ms + this.after_ms
    this.silent ||= now_ms >= due_ms
    this.due_ms = this.silent ? Infinity : due_ms
    return this.silent ? HOLDS : HOLDS_NOT
  }

  evidence({ now_ms }: Moment): Evidence {
    const { key, after_s } = this.rule
    const facts = { ...(this.heard_at !== undefined && { heard_at: this.heard_at }), ...(key !== undefined && { key }) }
    const value = Math.round((now_ms - this.since_ms) / 1000)
    return { key: 'silent_s', value, unit: 's', threshold: after_s, facts }
  }

  save({ now_ms }: Moment): Json | undefined {
    if (!this.silent) return undefined
    return { silent_ms: now_ms - this.since_ms, ...(this.heard_at !== undefined && { heard_at: this.heard_at }) }
  }

  restore(saved: Json, saved_ms: number): void {
    const silent_ms = savedAmount(saved, 'silent_ms')
    if (silent_ms === undefined) return
    this.silent = true
    this.since_ms = saved_ms - silent_ms
    this.heard_at = savedAmount(saved, 'heard_at')
  }
}
