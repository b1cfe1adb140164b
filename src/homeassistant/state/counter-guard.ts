import type { StateKey } from '../known-device'

const COUNTER_KEYS: readonly StateKey[] = ['energy_kwh', 'energy_today_kwh', 'energy_month_kwh', 'energy_total_kwh']

/** Home Assistant takes a fall to less than this part for a new cycle, and a smaller one for energy that flows back. */
const DIP = 0.9
/** False single values occur (home-assistant/core 121255, 160781): two readings have to agree on a new cycle. */
const READINGS_TO_RESET = 2

export function isCounter(key: StateKey): boolean {
  return COUNTER_KEYS.includes(key)
}

/** One counter of a device as statistics can bear it: a small dip is held, a real new beginning passes. */
export class CounterGuard {
  private shown_kwh = 0
  /** How many readings in a row were of a new cycle, and what the last of them said. */
  private falls = 0
  private fallen_kwh = 0

  /** @param kwh of a reading that was not taken before @returns what to show */
  take(kwh: number): number {
    if (kwh < this.shown_kwh * DIP) this.fall(kwh)
    else this.falls = 0
    if (kwh >= this.shown_kwh || this.falls >= READINGS_TO_RESET) this.settle(kwh)
    return this.shown_kwh
  }

  private fall(kwh: number): void {
    const agrees = this.falls > 0 && kwh >= this.fallen_kwh * DIP
    this.falls = agrees ? this.falls + 1 : 1
    this.fallen_kwh = kwh
  }

  private settle(kwh: number): void {
    this.shown_kwh = kwh
    this.falls = 0
  }
}
