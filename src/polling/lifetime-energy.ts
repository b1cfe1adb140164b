import { DIP, MOST_KW, STEP_KWH } from '../domain/energy-counter'
import type { Reading } from '../domain/reading'

/** Where the total comes from, best first. */
const SOURCES = ['total', 'today', 'power'] as const
export type EnergySource = (typeof SOURCES)[number]

/** What has to survive a restart. */
export interface EnergyState {
  readonly total_kwh: number
  readonly source: EnergySource
  /** What the device's counter said when `total_kwh` was last true. */
  readonly counter_kwh?: number
  /** When that was, ms since the epoch. */
  readonly timestamp: number
  /** When the device was heard last, as it may have said what does not count. */
  readonly heard_at?: number
  /** Where the device's total counter came to its end. */
  readonly ended_kwh?: number
}

/** `counted`: all is well. `reset`: the device's counter began anew. `suspect`: it said what cannot be. */
export type EnergyVerdict = 'counted' | 'reset' | 'suspect'

/** Readings that have to agree on an unexpected level: false single values occur (home-assistant/core 121255, 160781). */
const READINGS_TO_RESET = 2
const READINGS_TO_REBASE = 3
/**
 * What power says was used while a total counter stood still, before it is taken to have come to its end. Those of Kasa
 * lights stay at 1.193 kWh, 2^32 mJ (recorded on KL400L5, KL420L5, KL430; home-assistant/core 133747).
 */
const ENDED_AFTER_KWH = 0.1
/** Time away is unknown where a machine without a battery clock was off; and a source is given up after as long. */
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/**
 * A total that never falls, from a counter that does. It begins with the device's own total, where there is one, so
 * that both agree until the device forgets: many do at every loss of power (home-assistant/core 40078).
 *
 * Sources in order: the total counter, until it has come to its end; the counter of the day, which begins anew at the
 * device's midnight; else power over time, each value holding until the next but not across an outage. A lesser one is
 * never mixed into a better one.
 */
export class LifetimeEnergy {
  /** Unknown until the device has said anything about energy. */
  total_kwh: number | undefined
  /** When the device was heard last, also before a restart; ms since the epoch. */
  heard_at: number | undefined
  private source: EnergySource | undefined
  private counter_kwh: number | undefined
  private at_ms = 0
  private power_w = 0
  private ended_kwh: number | undefined
  /** What power says was used since the total counter moved. */
  private uncounted_kwh = 0
  private doubted_kwh = 0
  private doubts = 0

  /**
   * @param at_ms a clock that runs evenly, in ms since the epoch
   * @param longest_gap_ms how long power holds when it is all there is
   */
  observe(reading: Reading, at_ms: number, longest_gap_ms: number): EnergyVerdict {
    const source = sourceOf(reading, this.ended_kwh)
    if (source === undefined) return 'counted'
    this.heard_at = at_ms
    if (reading.quality === 'suspect' || !this.accepts(source, at_ms)) return 'counted'
    if (source === 'total') this.watch(reading, at_ms, longest_gap_ms)
    if (this.source === 'power') return this.integrate(reading.power_w ?? 0, at_ms, longest_gap_ms)
    const counter_kwh = this.source === 'total' ? reading.energy_total_kwh : reading.energy_today_kwh
    return this.count(counter_kwh as number, at_ms)
  }

  /** Unknown until there is a total. */
  state(): EnergyState | undefined {
    if (this.total_kwh === undefined || this.source === undefined) return undefined
    const { total_kwh, source, counter_kwh, at_ms, heard_at, ended_kwh } = this
    const optional = {
      ...(counter_kwh === undefined ? {} : { counter_kwh }),
      ...(heard_at === undefined ? {} : { heard_at }),
      ...(ended_kwh === undefined ? {} : { ended_kwh }),
    }
    return { total_kwh, source, timestamp: at_ms, ...optional }
  }

  restore(state: EnergyState): void {
    this.total_kwh = state.total_kwh
    this.source = state.source
    this.counter_kwh = state.counter_kwh
    this.at_ms = state.timestamp - DAY_MS
    this.heard_at = state.heard_at ?? state.timestamp
    this.ended_kwh = state.ended_kwh
  }

  /** True where readings from `source` count; a better one than before takes over. */
  private accepts(source: EnergySource, at_ms: number): boolean {
    if (source === this.source) return true
    const better = this.source === undefined || SOURCES.indexOf(source) < SOURCES.indexOf(this.source)
    if (!better && at_ms - this.at_ms < DAY_MS) return false
    this.turnTo(source)
    return true
  }

  private turnTo(source: EnergySource): void {
    this.source = source
    this.counter_kwh = undefined
    this.power_w = 0
    this.uncounted_kwh = 0
  }

  /** A total counter that stands still while power flows gives way to a lesser source. */
  private watch(reading: Reading, at_ms: number, longest_gap_ms: number): void {
    const { energy_total_kwh, energy_today_kwh, power_w = 0 } = reading
    const stands = energy_total_kwh === this.counter_kwh
    this.uncounted_kwh = stands ? this.uncounted_kwh + this.heldPower_kwh(at_ms, longest_gap_ms) : 0
    this.power_w = Math.max(0, power_w)
    if (this.uncounted_kwh < ENDED_AFTER_KWH) return
    this.total_kwh = (this.total_kwh ?? 0) + this.uncounted_kwh
    this.ended_kwh = energy_total_kwh
    this.turnTo(energy_today_kwh === undefined ? 'power' : 'today')
  }

  private integrate(power_w: number, at_ms: number, longest_gap_ms: number): EnergyVerdict {
    this.total_kwh = (this.total_kwh ?? 0) + this.heldPower_kwh(at_ms, longest_gap_ms)
    this.power_w = Math.max(0, power_w)
    this.at_ms = at_ms
    return 'counted'
  }

  private heldPower_kwh(at_ms: number, longest_gap_ms: number): number {
    const held_ms = Math.min(Math.max(0, at_ms - this.at_ms), longest_gap_ms)
    return (this.power_w * held_ms) / HOUR_MS / 1000
  }

  private count(counter_kwh: number, at_ms: number): EnergyVerdict {
    const last_kwh = this.counter_kwh
    if (last_kwh === undefined || this.total_kwh === undefined) {
      this.total_kwh ??= this.source === 'total' ? counter_kwh : 0
      return this.settle(counter_kwh, 0, at_ms, 'counted')
    }
    const most_kwh = (Math.max(0, at_ms - this.at_ms) / HOUR_MS) * MOST_KW + STEP_KWH
    const rise_kwh = counter_kwh - last_kwh
    if (rise_kwh >= 0 && rise_kwh <= most_kwh) return this.settle(counter_kwh, rise_kwh, at_ms, 'counted')
    if (rise_kwh < 0 && rise_kwh >= -STEP_KWH && counter_kwh >= last_kwh * DIP) return 'counted'

    const agreeing = this.doubt(counter_kwh, most_kwh)
    const begunAnew = counter_kwh < last_kwh * DIP && counter_kwh <= most_kwh
    if (begunAnew) {
      return agreeing < READINGS_TO_RESET ? 'counted' : this.settle(counter_kwh, counter_kwh, at_ms, 'reset')
    }
    // Nobody knows what was used on the way to this level, so that nothing is added for it.
    if (agreeing >= READINGS_TO_REBASE) return this.settle(counter_kwh, 0, at_ms, 'reset')
    return rise_kwh < 0 && counter_kwh >= last_kwh * DIP ? 'counted' : 'suspect'
  }

  /** How many readings in a row agree on a level that was not to be expected. */
  private doubt(counter_kwh: number, most_kwh: number): number {
    const rise_kwh = counter_kwh - this.doubted_kwh
    const agrees = this.doubts > 0 && rise_kwh >= -STEP_KWH && rise_kwh <= most_kwh
    this.doubts = agrees ? this.doubts + 1 : 1
    this.doubted_kwh = counter_kwh
    return this.doubts
  }

  private settle(counter_kwh: number, used_kwh: number, at_ms: number, verdict: EnergyVerdict): EnergyVerdict {
    this.total_kwh = (this.total_kwh ?? 0) + used_kwh
    this.counter_kwh = counter_kwh
    this.at_ms = at_ms
    this.doubts = 0
    // The counter of the day begins anew each midnight: nothing to tell anybody.
    return verdict === 'reset' && this.source === 'today' ? 'counted' : verdict
  }
}

/** `ended_kwh`: what a total counter says that has come to its end. */
function sourceOf(reading: Reading, ended_kwh: number | undefined): EnergySource | undefined {
  if (reading.energy_total_kwh !== undefined && reading.energy_total_kwh !== ended_kwh) return 'total'
  if (reading.energy_today_kwh !== undefined) return 'today'
  return reading.power_w === undefined ? undefined : 'power'
}
