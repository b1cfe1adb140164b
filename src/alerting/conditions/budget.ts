import type { Period } from '../../domain/calendar'
import { MEASURED_FIELDS } from '../../domain/reading'
import type { UsedEnergy } from '../../domain/tariffs/energy-charges'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS_NOT, type Json, UNKNOWN } from './condition'
import { EnergyUse } from './energy-use'
import { PeriodEnergy, type PeriodTotal } from './period-energy'
import { savedField } from './saved-fields'

/** The clock may be set at any time. */
const LONGEST_WAIT_MS = 60_000
const HOUR_MS = 3_600_000
const MOST_KW = MEASURED_FIELDS.power_w.maximum / 1000
/** What adds up to a limit but for the rounding of its parts has reached it. */
const ROUNDING = 1e-9
/** What the device itself has counted in the period. */
const OWN_COUNTERS: { readonly [Kind in Period]?: string } = { day: 'energy_today_kwh', month: 'energy_month_kwh' }

export interface BudgetRule {
  readonly period: Period
  /** Of what `amountOf` tells. */
  readonly limit: number
  readonly steps_pct: readonly number[]
}

/**
 * Energy since the period began, or what it costs, in steps of a limit. What was used while nobody looked belongs to the
 * time in between, evenly: where that lies over the edge of a period, only the part behind the edge counts.
 */
export abstract class BudgetCondition implements Condition {
  due_ms = Infinity
  private readonly subject: Subject
  private readonly use: EnergyUse
  private readonly energy: PeriodEnergy
  private readonly steps_pct: readonly number[]

  constructor(
    private readonly budget: BudgetRule,
    { subject, calendar }: ConditionContext,
  ) {
    this.subject = subject
    this.use = new EnergyUse(subject)
    this.energy = new PeriodEnergy(calendar, budget.period)
    this.steps_pct = [...new Set(budget.steps_pct)].sort((one, other) => one - other)
  }

  take(moment: Moment): void {
    const isFirst = !this.use.isKnown
    if (!this.use.take(moment)) return
    this.energy.turn(moment.wall_ms, this.reached)
    const { timestamp: to, elapsed_ms, used_kwh } = this.use
    const { start_ms } = this.energy
    if (isFirst) return this.add({ from: start_ms, to, energy_kwh: this.ownCounter(moment.wall_ms) })
    const from = to - elapsed_ms
    const edge = Math.min(Math.max(start_ms, from), to)
    const share = this.share()
    this.costOf({ from, to: edge, energy_kwh: used_kwh * (1 - share) })
    this.add({ from: edge, to, energy_kwh: used_kwh * share })
  }

  judge({ now_ms, wall_ms }: Moment): number {
    if (!this.use.isKnown) {
      this.due_ms = Infinity
      return UNKNOWN
    }
    this.energy.turn(wall_ms, this.reached)
    this.due_ms = now_ms + Math.min(LONGEST_WAIT_MS, this.energy.end_ms - wall_ms)
    const level = this.reached(this.energy.total)
    return level > this.energy.told ? level : HOLDS_NOT
  }

  abstract evidence(): Evidence

  /** Which part of a total has the limit. */
  protected abstract amountOf(total: Readonly<PeriodTotal>): number

  /** Asked in the order of time, for all that is used. */
  protected abstract costOf(used: UsedEnergy): number

  protected get total(): Readonly<PeriodTotal> {
    return this.energy.total
  }

  /** The step that is reached, or the first one. */
  protected get step_pct(): number {
    return this.steps_pct[Math.max(0, this.reached(this.total) - 1)] ?? 100
  }

  protected get facts(): NonNullable<Evidence['facts']> {
    const { period, limit } = this.budget
    const used_pct = rounded((rounded(this.amountOf(this.total)) / limit) * 100)
    return { step_pct: this.step_pct, used_pct, period, energy_kwh: rounded(this.total.used_kwh) }
  }

  save(moment: Moment): { readonly [key: string]: Json } | undefined {
    return this.use.isKnown ? { use: this.use.save(moment), periods: this.energy.save() } : undefined
  }

  restore(saved: Json, saved_ms: number): void {
    this.use.restore(savedField(saved, 'use'), saved_ms)
    this.energy.restore(savedField(saved, 'periods'))
  }

  private readonly reached = (total: Readonly<PeriodTotal>): number => {
    const { steps_pct } = this
    const reached_pct = (this.amountOf(total) / this.budget.limit) * 100 * (1 + ROUNDING)
    let level = 0
    while (level < steps_pct.length && reached_pct >= (steps_pct[level] as number)) level++
    return level
  }

  private add(used: UsedEnergy): void {
    this.energy.add(used.energy_kwh, this.costOf(used))
  }

  /** Which part of the time since the sample before lies in the present period. */
  private share(): number {
    const { timestamp, elapsed_ms } = this.use
    const inside_ms = timestamp - this.energy.start_ms
    return inside_ms >= elapsed_ms ? 1 : Math.max(0, inside_ms) / Math.max(1, elapsed_ms)
  }

  /** Where the device's day is not that of the node, it may have counted more than fits into the time since the edge. */
  private ownCounter(wall_ms: number): number {
    const key = OWN_COUNTERS[this.budget.period]
    const counted_kwh = key === undefined ? undefined : this.subject.values[key]
    if (typeof counted_kwh !== 'number' || !(counted_kwh >= 0)) return 0
    const most_kwh = ((wall_ms - this.energy.start_ms) / HOUR_MS) * MOST_KW
    return counted_kwh <= most_kwh ? counted_kwh : 0
  }
}

export function rounded(amount: number): number {
  return Math.round(amount * 1e4) / 1e4
}
