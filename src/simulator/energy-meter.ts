import type { Clock } from '../domain/clock'
import { DailyTotals } from './daily-totals'
import { HourlyTotals } from './hourly-totals'
import type { PowerSource } from './power-source'

const WS_PER_WH = 3600

/** Integrates power over the clock, lazily: whoever asks gets the sum up to now. */
export class EnergyMeter {
  private readonly made_ms: number
  private settled_ms: number
  private counter_ws: number
  private used_ws = 0
  private share = 0
  private readonly days = new DailyTotals()
  private readonly hours = new HourlyTotals()

  constructor(
    private readonly clock: Clock,
    private readonly source: PowerSource,
    counter_wh: number,
  ) {
    this.made_ms = this.settled_ms = clock.monotonic()
    this.counter_ws = counter_wh * WS_PER_WH
  }

  get power_w(): number {
    return this.share * this.source.power_w(this.sinceMade_s(this.clock.monotonic()))
  }

  /** The device's counter: falls at a counter reset. */
  get counter_wh(): number {
    this.settle()
    return this.counter_ws / WS_PER_WH
  }

  /** What was really used since the device was made: never falls. */
  get used_wh(): number {
    this.settle()
    return this.used_ws / WS_PER_WH
  }

  /** Total in Wh. */
  get daily(): DailyTotals {
    this.settle()
    return this.days
  }

  /** Total in Wh. */
  get hourly(): HourlyTotals {
    this.settle()
    return this.hours
  }

  /** How much of the source's power flows from now on: 0 off, 1 all of it. */
  setShare(share: number): void {
    this.settle()
    this.share = share
  }

  /** As at a loss of power: the counter starts over, the statistics stay. */
  resetCounter(): void {
    this.settle()
    this.counter_ws = 0
  }

  erase(): void {
    this.resetCounter()
    this.days.clear()
    this.hours.clear()
  }

  private settle(): void {
    const now_ms = this.clock.monotonic()
    const from_ms = this.settled_ms
    this.settled_ms = now_ms
    if (this.share === 0 || now_ms === from_ms) return
    const used_ws = this.flowed_ws(from_ms, now_ms)
    this.counter_ws += used_ws
    this.used_ws += used_ws
    const wall_ms = this.clock.now() - now_ms
    const flowed_wh = (start_ms: number, end_ms: number) =>
      this.flowed_ws(start_ms - wall_ms, end_ms - wall_ms) / WS_PER_WH
    this.days.add(wall_ms + from_ms, wall_ms + now_ms, flowed_wh)
    this.hours.add(wall_ms + from_ms, wall_ms + now_ms, flowed_wh)
  }

  private flowed_ws(from_ms: number, to_ms: number): number {
    return this.share * this.source.energy_ws(this.sinceMade_s(from_ms), this.sinceMade_s(to_ms))
  }

  private sinceMade_s(at_ms: number): number {
    return (at_ms - this.made_ms) / 1000
  }
}
