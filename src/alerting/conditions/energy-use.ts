import type { Moment, Subject } from '../watching/subject'
import type { Json } from './condition'
import { savedAmount } from './saved-fields'

/** How long power is taken to hold where nobody tells it and no counter bridges the gap. */
export const LONGEST_HOLD_MS = 600_000
const WS_PER_KWH = 3_600_000

/**
 * The latest sample of a subject, and what it has used since the one before: by its lifetime counter; where there is
 * none, by its power, which goes straight from one value to the next.
 */
export class EnergyUse {
  used_kwh = 0
  elapsed_ms = 0
  /** NaN: unknown. */
  power_w = NaN
  power_before_w = NaN
  /** When it was taken, by the monotonic clock. */
  sampled_ms = -Infinity
  /** The same by the wall clock. */
  timestamp = 0
  private counter_kwh = NaN
  /** Found by power since the counter was last told. */
  private uncounted_kwh = 0

  constructor(private readonly subject: Subject) {}

  get isKnown(): boolean {
    return !Number.isNaN(this.power_w) || !Number.isNaN(this.counter_kwh)
  }

  /** @returns whether there is a new sample that tells power or energy */
  take({ event }: Moment): boolean {
    const { values, sampled_ms, timestamp } = this.subject
    if (event !== undefined || values.quality === 'suspect') return false
    const power_w = numberOf(values.power_w)
    const counter_kwh = numberOf(values.energy_kwh)
    if (Number.isNaN(power_w) && Number.isNaN(counter_kwh)) return false
    // Of a group, another member may have been read in the same millisecond.
    if (sampled_ms === this.sampled_ms && !(counter_kwh > this.counter_kwh)) return false
    this.elapsed_ms = this.sampled_ms === -Infinity ? 0 : Math.max(0, sampled_ms - this.sampled_ms)
    this.power_before_w = this.power_w
    this.power_w = power_w
    this.sampled_ms = sampled_ms
    this.timestamp = timestamp
    this.used_kwh = this.since(counter_kwh)
    return true
  }

  save({ now_ms }: Moment): Json {
    const { sampled_ms, counter_kwh, power_w, uncounted_kwh } = this
    return {
      ...{ age_ms: now_ms - sampled_ms, uncounted_kwh },
      ...(!Number.isNaN(counter_kwh) && { counter_kwh }),
      ...(!Number.isNaN(power_w) && { power_w }),
    }
  }

  restore(saved: unknown, saved_ms: number): void {
    const age_ms = savedAmount(saved, 'age_ms')
    if (age_ms === undefined) return
    this.sampled_ms = saved_ms - age_ms
    this.counter_kwh = savedAmount(saved, 'counter_kwh') ?? NaN
    this.power_w = savedAmount(saved, 'power_w') ?? NaN
    this.uncounted_kwh = savedAmount(saved, 'uncounted_kwh') ?? 0
  }

  private since(counter_kwh: number): number {
    const by_power_kwh = this.byPower()
    if (Number.isNaN(counter_kwh)) {
      this.uncounted_kwh += by_power_kwh
      return by_power_kwh
    }
    const risen_kwh = counter_kwh - this.counter_kwh
    const used_kwh = risen_kwh - this.uncounted_kwh
    this.counter_kwh = counter_kwh
    this.uncounted_kwh = 0
    // One that falls is another counter, as is the first.
    return risen_kwh >= 0 ? Math.max(0, used_kwh) : by_power_kwh
  }

  private byPower(): number {
    const mean_w = (Math.max(0, this.power_before_w) + Math.max(0, this.power_w)) / 2
    if (Number.isNaN(mean_w)) return 0
    return (mean_w * Math.min(this.elapsed_ms, LONGEST_HOLD_MS)) / 1000 / WS_PER_KWH
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : NaN
}
