import type { PriceStretch } from './pricing'
import type { DemandCharge } from './tariff'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Of windows that differ by rounding alone the first counts, so that nobody's share depends on it. */
const SAME = 1 + 1e-9

/** Energy of each device of a household. */
export type DeviceEnergy = ReadonlyMap<string, number>

/** The highest mean power of a household in windows of the clock, and who had which part in it. */
export class DemandPeak {
  kw = 0
  energy_kwh: DeviceEnergy = new Map()
  private window = Number.NEGATIVE_INFINITY
  private readonly window_kwh = new Map<string, number>()
  private readonly window_ms: number

  constructor({ minutes }: Pick<DemandCharge, 'minutes'>) {
    this.window_ms = minutes * MINUTE_MS
  }

  /** In the order of time; energy goes evenly from `from` to `to`, both within the stretch. */
  take(energy: DeviceEnergy, from: number, to: number, { day }: Pick<PriceStretch, 'day'>): void {
    const { window_ms } = this
    for (let at = from; at < to;) {
      const window = day.from + Math.floor((at - day.from) / window_ms) * window_ms
      const until = Math.min(window + window_ms, to)
      if (window !== this.window) this.begin(window)
      for (const [device_id, kwh] of energy) {
        this.window_kwh.set(device_id, (this.window_kwh.get(device_id) ?? 0) + (kwh * (until - at)) / (to - from))
      }
      at = until
    }
  }

  /** Takes the last window into account. */
  finish(): void {
    this.begin(Number.NEGATIVE_INFINITY)
  }

  private begin(window: number): void {
    const kw = sum(this.window_kwh.values()) / (this.window_ms / HOUR_MS)
    if (kw > this.kw * SAME) {
      this.kw = kw
      this.energy_kwh = new Map(this.window_kwh)
    }
    this.window = window
    this.window_kwh.clear()
  }
}

export function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
