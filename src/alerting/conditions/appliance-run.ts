import { ADAPTIVE_INTERVAL_DEFAULTS } from '../../polling/adaptive-interval'
import type { SimpleCondition } from '../rules/rule'
import type { Json } from './condition'
import { type EnergyUse, LONGEST_HOLD_MS } from './energy-use'
import { savedAmounts } from './saved-amounts'

/** Power over `below_w` takes back so many times as much quiet as it lasts: a spike little, a drum that turns all. */
const LOUDNESS = 3
/**
 * Between two samples, at most this part of `below_s` is taken to have been quiet; less at the beginning, where they are
 * rare, and several could all fall into the pauses of a drum.
 */
const LARGEST_PART = 1 / 2
const LARGEST_PART_AT_FIRST = 1 / 5
const SAVED = [
  'started_at',
  'ended_at',
  'age_ms',
  'lasted_ms',
  'above_ms',
  'quiet_ms',
  'used_kwh',
  'highest_w',
] as const

type Rule = SimpleCondition<'finished'>

/** One run of an appliance, from the first sample over `below_w` on; a change lies in the middle between two samples. */
export class ApplianceRun {
  /** By the wall clock. */
  started_at: number
  /** When it was over `below_w` for the last time. */
  ended_at: number
  /** From its start until then. */
  lasted_ms: number
  used_kwh: number
  highest_w: number
  /** Over `above_w`, in all. */
  private above_ms = 0
  /** Under `below_w`, less what was over it. */
  private quiet_ms = 0
  private age_ms: number

  constructor(
    private readonly rule: Rule,
    private readonly use: EnergyUse,
  ) {
    this.age_ms = this.lasted_ms = Math.min(use.elapsed_ms, LONGEST_HOLD_MS) / 2
    this.started_at = use.timestamp - this.age_ms
    this.ended_at = use.timestamp
    this.used_kwh = use.used_kwh
    this.highest_w = use.power_w
    if (use.power_w > rule.above_w) this.above_ms = this.age_ms
  }

  /** It has been what the rule calls a run. */
  get counts(): boolean {
    const { above_s, minimum_kwh } = this.rule
    return this.above_ms >= above_s * 1000 && this.used_kwh >= minimum_kwh
  }

  /** When it is over if nothing else comes, by the monotonic clock; Infinity: it needs more samples to tell. */
  get over_ms(): number {
    const { power_w, power_before_w, sampled_ms } = this.use
    const { below_w, below_s } = this.rule
    // After a large fall another sample comes soon, as long as somebody polls; this one may have met a pause.
    const isEnough = power_before_w < below_w || power_before_w - power_w < ADAPTIVE_INTERVAL_DEFAULTS.step_w
    if (!(power_w < below_w && isEnough)) return Infinity
    const missing_ms = below_s * 1000 - this.quiet_ms
    return missing_ms <= this.quiet_part_ms ? sampled_ms + missing_ms : Infinity
  }

  private get quiet_part_ms(): number {
    return this.rule.below_s * 1000 * (this.counts ? LARGEST_PART : LARGEST_PART_AT_FIRST)
  }

  /** Takes in the latest sample. */
  take(): void {
    const { elapsed_ms, power_w, power_before_w, used_kwh } = this.use
    const { above_w, below_w } = this.rule
    const held_ms = Math.min(elapsed_ms, LONGEST_HOLD_MS)
    this.age_ms += elapsed_ms
    this.used_kwh += used_kwh
    this.highest_w = Math.max(this.highest_w, power_w)
    this.above_ms += (held_ms * (Number(power_before_w > above_w) + Number(power_w > above_w))) / 2
    this.listen(elapsed_ms, power_before_w < below_w, power_w < below_w)
    if (power_w >= below_w) {
      this.lasted_ms = this.age_ms
      this.ended_at = this.use.timestamp
    } else if (power_before_w >= below_w) {
      this.lasted_ms += held_ms / 2
      this.ended_at += held_ms / 2
    }
  }

  save(): Json {
    return Object.fromEntries(SAVED.map((key) => [key, this[key]]))
  }

  /** @returns undefined where what was saved is not a run */
  static restore(saved: unknown, rule: Rule, use: EnergyUse): ApplianceRun | undefined {
    const amounts = savedAmounts(saved, SAVED)
    if (amounts === undefined) return undefined
    const run = new ApplianceRun(rule, use)
    for (const key of SAVED) run[key] = amounts[key]
    return run
  }

  private listen(elapsed_ms: number, wasQuiet: boolean, isQuiet: boolean): void {
    const quiet_ms = (elapsed_ms * (Number(wasQuiet) + Number(isQuiet))) / 2
    const loud_ms = (elapsed_ms - quiet_ms) * LOUDNESS
    const part_ms = Math.min(quiet_ms, this.quiet_part_ms)
    if (isQuiet) this.quiet_ms = Math.max(0, this.quiet_ms - loud_ms) + part_ms
    else this.quiet_ms = Math.max(0, this.quiet_ms + part_ms - loud_ms)
  }
}
