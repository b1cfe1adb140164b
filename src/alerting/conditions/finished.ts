import type { SimpleCondition } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { ApplianceRun } from './appliance-run'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json, UNKNOWN } from './condition'
import { EnergyUse } from './energy-use'
import { savedAmounts } from './saved-amounts'
import { savedField } from './saved-fields'

const FACTS = ['energy_kwh', 'duration_s', 'started_at', 'finished_at', 'highest_w'] as const
type Facts = { readonly [Key in (typeof FACTS)[number]]: number }

/** It holds from the end of a run until the next one counts as such: a lamp or a puff of air in between is none. */
export class FinishedCondition implements Condition {
  due_ms = Infinity
  private readonly subject: Subject
  private readonly use: EnergyUse
  private run: ApplianceRun | undefined
  private finished: Facts | undefined

  constructor(
    private readonly rule: SimpleCondition<'finished'>,
    { subject }: ConditionContext,
  ) {
    this.subject = subject
    this.use = new EnergyUse(subject)
  }

  take(moment: Moment): void {
    // Without power, a sample says nothing of a run; what it has counted is in the next one.
    if (!Number.isFinite(this.subject.values.power_w) || !this.use.take(moment)) return
    if (this.run !== undefined) this.run.take()
    else if (this.use.power_w >= this.rule.below_w) this.run = new ApplianceRun(this.rule, this.use)
  }

  judge({ now_ms }: Moment): number {
    const { run } = this
    const hasBegun = this.finished !== undefined && run?.counts === true
    if (hasBegun) this.finished = undefined
    const over_ms = run !== undefined && this.isCurrent ? run.over_ms : Infinity
    if (!hasBegun && run !== undefined && over_ms <= now_ms) this.end(run)
    this.due_ms = this.run === undefined ? Infinity : Math.max(now_ms, over_ms)
    if (this.finished !== undefined) return HOLDS
    return this.use.isKnown ? HOLDS_NOT : UNKNOWN
  }

  evidence(): Evidence {
    const { finished } = this
    if (finished === undefined) return { key: 'power_w', unit: 'W', threshold: this.rule.below_w }
    return { key: 'energy_kwh', value: finished.energy_kwh, unit: 'kWh', facts: finished }
  }

  save(moment: Moment): Json | undefined {
    const { use, run, finished } = this
    if (!use.isKnown) return undefined
    return { use: use.save(moment), ...(run && { run: run.save() }), ...(finished && { finished }) }
  }

  restore(saved: Json, saved_ms: number): void {
    this.use.restore(savedField(saved, 'use'), saved_ms)
    this.run = ApplianceRun.restore(savedField(saved, 'run'), this.rule, this.use)
    this.finished = savedAmounts(savedField(saved, 'finished'), FACTS)
  }

  /** What is known is what the device has said last: not from before a restart, nor before it went offline. */
  private get isCurrent(): boolean {
    return this.subject.online !== false && this.subject.sampled_ms === this.use.sampled_ms
  }

  private end(run: ApplianceRun): void {
    this.run = undefined
    if (!run.counts) return
    this.finished = {
      energy_kwh: Math.round(run.used_kwh * 1e4) / 1e4,
      duration_s: Math.round(run.lasted_ms / 1000),
      started_at: Math.round(run.started_at),
      finished_at: Math.round(run.ended_at),
      highest_w: run.highest_w,
    }
  }
}
