import type { Reading } from '../domain/reading'
import type { Budget } from './budget'
import type { Counters } from './statistics'
import type { IntervalRule, Unit } from './unit'

export interface PaceOptions {
  /** From the monotonic clock to ms since the epoch: a jump of the wall clock is no pause between two readings. */
  readonly epoch_ms: number
  readonly budget: Budget | undefined
  readonly minimum_ms: number
  readonly outlet_interval_factor: number
  readonly counters: Counters
}

/** When a unit is polled next: what its rule asks for, stretched by budget and slowdown, counted from when it was due. */
export class Pace {
  /** By which every interval is multiplied on top: 1 or more. */
  slowdown = 1

  constructor(private readonly options: PaceOptions) {}

  /** Returns the milliseconds from now. Turns that have passed meanwhile are skipped and counted. */
  next(unit: Unit, reading: Reading, now_ms: number, due_ms: number): number {
    const interval_ms = this.interval(unit, reading, now_ms)
    const next_ms = Math.max(due_ms + interval_ms, unit.asked_ms + this.options.minimum_ms)
    if (next_ms > now_ms) return next_ms - now_ms
    const missed = Math.floor((now_ms - next_ms) / interval_ms) + 1
    this.options.counters.skipped += missed
    return next_ms + missed * interval_ms - now_ms
  }

  /** A device that is no longer polled asks for nothing. */
  forget(unit: Unit): void {
    if (unit.interval_ms > 0) this.options.budget?.remove(unit.interval_ms)
    unit.interval_ms = 0
  }

  private interval(unit: Unit, { power_w, on }: Reading, now_ms: number): number {
    const { budget, epoch_ms, outlet_interval_factor } = this.options
    const factor = unit.device?.parent_id === undefined ? 1 : outlet_interval_factor
    const rule_ms = (unit.interval as IntervalRule).observe({ at: epoch_ms + now_ms, power_w, on }) * factor
    if (budget !== undefined) {
      if (unit.interval_ms > 0) budget.move(unit.interval_ms, rule_ms)
      else budget.add(rule_ms)
    }
    unit.interval_ms = rule_ms
    unit.stretched_ms = (budget === undefined ? rule_ms : budget.stretch(rule_ms)) * this.slowdown
    return unit.stretched_ms
  }
}
