import {
  ADAPTIVE_INTERVAL_DEFAULTS,
  type AdaptiveIntervalOptions,
  resolveAdaptiveIntervalOptions,
} from './adaptive-interval-options'

export {
  ADAPTIVE_INTERVAL_DEFAULTS,
  ADAPTIVE_INTERVAL_RANGES,
  type AdaptiveIntervalOptions,
  resolveAdaptiveIntervalOptions,
} from './adaptive-interval-options'

/** One look at a device; a key that the device did not tell is absent. */
export interface Observation {
  /** ms since any fixed moment. */
  readonly at: number
  /** Power, or whatever else is watched. */
  readonly power_w?: number | undefined
  /** Used only until a first `power_w` is seen: a plug without a meter has nothing else. */
  readonly on?: boolean | undefined
}

// The interval is 1/√urgency: the cost of polls and delays together is least where the rate of polls grows with the
// square root of the rate of events. Tuned by an evolution strategy on day-long traces of real appliances, with
// jittered polls so that no constant fits an accident, then rounded within the plateau.
const RULE = {
  // What a change adds (1/s²) and how long it lasts (s): while it settles, while the device is used, for the day.
  burst: 0.003,
  burst_s: 30,
  use: 0.00016,
  use_s: 400,
  day: 0.0000032,
  day_s: 4000,
  largest_change: 10,
  // A difference below the step that the noise does not explain: a washing machine that wakes from 0 to 4 W.
  stir: 0.6,
  stir_steps: 0.2,
  stir_noises: 5,
  // A cycle: the phase is expected to last as long as the last phase of its kind, give or take a spread.
  mean_s: 1800,
  due: 0.65,
  narrowness: 1.7,
  spread: 0.01,
  spread_s: 2,
  shortest_phase_s: 40,
  first_deviation: 0.02,
  learning: 2 / 3,
  drift: 0.1,
}

const LONGEST_GAP_S = 86_400
const LARGEST_VALUE = 1e9
/** A plug without a meter is seen as a load of this many steps. */
const STEPS_OF_A_SWITCH = 10

/**
 * Decides when a device is polled next from what its polls have shown: soon after a change, soon when the change that
 * ends a phase of a learned cycle is due, rarely while nothing changes. Without clock, chance or memory that grows.
 */
export class AdaptiveInterval {
  private readonly options: AdaptiveIntervalOptions
  private metered = false
  private at_ms = NaN
  private level = NaN
  private mean = 0
  private noise = 0
  private burst = 0
  private use = 0
  private day = 0
  // A cycle has a phase over the mean and one under it; this is the present phase, and how long it used to last.
  private high = false
  /** The first phase began before the first poll. */
  private phase_s = NaN
  private due_s = 0
  private deviation_s = 0
  private other_due_s = 0
  private other_deviation_s = 0

  /** @throws MonitorError `CONFIG_INVALID` naming the option, its value and the range */
  constructor(options: Partial<AdaptiveIntervalOptions> = ADAPTIVE_INTERVAL_DEFAULTS) {
    this.options = resolveAdaptiveIntervalOptions(options)
  }

  /** Returns the ms until the next poll: from `minimum_ms` to `maximum_ms` whatever is observed. */
  observe(observation: Observation): number {
    const elapsed_s = this.advance(observation.at)
    const value = this.read(observation)
    if (Number.isNaN(this.level)) this.start(value)
    else this.follow(value, elapsed_s)
    return this.interval_ms()
  }

  /** A clock that stands, runs backwards or is lost counts as no time at all. */
  private advance(at_ms: number): number {
    if (!Number.isFinite(at_ms)) return 0
    const elapsed_s = (at_ms - this.at_ms) / 1000
    this.at_ms = at_ms
    if (!(elapsed_s > 0)) return 0
    const gap_s = Math.min(elapsed_s, LONGEST_GAP_S)
    this.burst *= Math.exp(-gap_s / RULE.burst_s)
    this.use *= Math.exp(-gap_s / RULE.use_s)
    this.day *= Math.exp(-gap_s / RULE.day_s)
    this.phase_s += gap_s
    return gap_s
  }

  /** What was observed; where nothing was, the level that is known, NaN before the first. */
  private read({ power_w, on }: Observation): number {
    if (power_w !== undefined && Number.isFinite(power_w)) {
      this.metered = true
      return Math.max(-LARGEST_VALUE, Math.min(LARGEST_VALUE, power_w))
    }
    if (this.metered || on === undefined) return this.level
    return on ? this.options.step_w * STEPS_OF_A_SWITCH : 0
  }

  private start(value: number): void {
    this.level = value
    this.mean = value
  }

  private follow(value: number, elapsed_s: number): void {
    this.mean += (value - this.mean) * (1 - Math.exp(-elapsed_s / RULE.mean_s))
    const { step_w, step_percent } = this.options
    const difference = value - this.level
    const distance = Math.abs(difference)
    const step = Math.max(step_w, (step_percent / 100) * Math.abs(this.level))
    if (distance >= step) {
      this.level = value
      this.excite(1 + Math.log(distance / step))
      // Against the step, so that a spike that lifts the mean over the ground is still seen to end.
      if (value > this.mean - Math.sign(difference) * (step / 2) !== this.high) this.enterPhase(elapsed_s)
      return
    }
    const stirs = distance >= step * RULE.stir_steps + this.noise * RULE.stir_noises
    if (stirs) this.excite(RULE.stir)
    this.level += difference * (stirs ? 1 : RULE.drift)
    this.noise += (distance - this.noise) * RULE.drift
  }

  private excite(change: number): void {
    const weight = Math.min(change, RULE.largest_change)
    this.burst += RULE.burst * weight
    this.use += RULE.use * weight
    this.day += RULE.day * weight
  }

  /** The change lies somewhere in the time since the last poll, most likely near the middle. */
  private enterPhase(elapsed_s: number): void {
    const lasted_s = this.phase_s - elapsed_s / 2
    if (lasted_s >= RULE.shortest_phase_s && elapsed_s <= lasted_s / 2) this.learn(lasted_s)
    this.swapPhases()
    this.phase_s = elapsed_s / 2
  }

  private learn(lasted_s: number): void {
    if (this.due_s === 0) {
      this.due_s = lasted_s
      this.deviation_s = lasted_s * RULE.first_deviation
      return
    }
    // One odd phase, such as a day away from home, must not double what is expected.
    const error_s = Math.min(lasted_s - this.due_s, this.due_s)
    this.due_s += error_s * RULE.learning
    this.deviation_s += (Math.abs(error_s) - this.deviation_s) * RULE.learning
  }

  private swapPhases(): void {
    const { due_s, deviation_s } = this
    this.due_s = this.other_due_s
    this.deviation_s = this.other_deviation_s
    this.other_due_s = due_s
    this.other_deviation_s = deviation_s
    this.high = !this.high
  }

  private interval_ms(): number {
    // Without any change the longest interval is right.
    const slowest_hz = 1000 / this.options.maximum_ms
    const urgency = slowest_hz * slowest_hz + this.burst + this.use + this.day
    if (this.due_s === 0) return this.toInterval(urgency)
    const spread_s = this.deviation_s + RULE.spread * this.due_s + RULE.spread_s
    const late_s = this.phase_s - this.due_s
    const interval_ms = this.toInterval(urgency + due(late_s, spread_s))
    if (late_s >= 0) return interval_ms
    // Urgency rises meanwhile, so the one at the end of the wait counts, or its peak where the wait would pass it.
    return this.toInterval(urgency + due(Math.min(late_s + interval_ms / 1000, 0), spread_s))
  }

  private toInterval(urgency: number): number {
    const { minimum_ms, maximum_ms, sensitivity } = this.options
    const interval_ms = 1000 / (Math.sqrt(urgency) * sensitivity)
    // Not a number before the first value.
    return interval_ms < maximum_ms ? Math.max(interval_ms, minimum_ms) : maximum_ms
  }
}

/** Urgency of a change that was due `late_s` ago (under 0: is due in), give or take `spread_s`. */
function due(late_s: number, spread_s: number): number {
  const distance = (RULE.narrowness * late_s) / spread_s
  return RULE.due / (spread_s * (1 + distance * distance))
}
