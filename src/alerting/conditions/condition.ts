import type { Calendar } from '../../domain/calendar'
import type { Pricing } from '../../domain/tariffs/pricing'
import type { Moment, Subject } from '../watching/subject'

/** Plain JSON, kept over a restart. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What a condition can tell of itself when an incident begins, changes or ends. */
export interface Evidence {
  /** Of the value: `power_w`. */
  readonly key?: string
  readonly value?: number | boolean | string
  readonly unit?: string
  /** What the value was compared with. */
  readonly threshold?: number | boolean | string
  /** Facts of this kind of condition, in the vocabulary of readings: `energy_kwh`, `duration_s`, `step_pct`. */
  readonly facts?: Readonly<Record<string, number | boolean | string>>
}

/** It cannot be told whether the condition holds: the value is not there, or not enough of them. */
export const UNKNOWN = -1
export const HOLDS_NOT = 0
export const HOLDS = 1

/**
 * Whether something holds for one subject. It has neither timers nor clocks: who owns it hands it moments. Tens of
 * thousands of them may be asked every second, so nothing is allocated while nothing changes.
 */
export interface Condition {
  /** Takes in what has just come from `moment.from`; called for each sample and event of the subjects it is made for. */
  take(moment: Moment): void
  /**
   * `UNKNOWN`, `HOLDS_NOT`, `HOLDS`, or how many steps of several are reached, beginning with 1.
   * @param raised an incident is open: what has a separate value to clear compares with that
   */
  judge(moment: Moment, raised: boolean): number
  /**
   * When to ask again although nothing has come, by the monotonic clock; Infinity: never. It is asked for after `judge`.
   * Who depends on the wall clock asks to be asked within a minute, since that may be set.
   */
  readonly due_ms: number
  evidence(moment: Moment): Evidence
  /**
   * What a restart must not lose; undefined: nothing. How long something has lasted by now is kept, not since when, as the
   * wall clock may be set at any time.
   */
  save(moment: Moment): Json | undefined
  /**
   * @param saved may be of another version or damaged: ignored then
   * @param saved_ms when it was saved, by the monotonic clock of now: after a restart before its zero
   */
  restore(saved: Json, saved_ms: number): void
}

/** What conditions are made with. */
export interface ConditionContext {
  readonly subject: Subject
  /** The one that a joined condition names; it exists from then on, without values until it sends some. */
  readonly subjectNamed: (device: string) => Subject
  /** Periods and times of day in the time zone of the node. */
  readonly calendar: Calendar
  /** Of the node's tariff. */
  readonly pricing?: Pricing | undefined
}
