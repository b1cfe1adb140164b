const HOUR_MS = 3_600_000
const KEPT_HOURS = 31 * 24

/** Sums per hour of the local calendar. Bounded: the oldest hours are forgotten. */
export class HourlyTotals {
  private readonly hours = new Map<number, number>()

  /** Spreads a span of time over its hours; `amount` says what each piece of the span is worth. */
  add(from_ms: number, to_ms: number, amount: (from_ms: number, to_ms: number) => number): void {
    let start_ms = Math.max(from_ms, to_ms - KEPT_HOURS * HOUR_MS)
    while (start_ms < to_ms) {
      const hour_ms = startOfHour(start_ms)
      const end_ms = Math.min(hour_ms + HOUR_MS, to_ms)
      this.hours.set(hour_ms, (this.hours.get(hour_ms) ?? 0) + amount(start_ms, end_ms))
      if (this.hours.size > KEPT_HOURS) this.hours.delete(this.hours.keys().next().value as number)
      start_ms = end_ms
    }
  }

  /** Hour by hour, those that have begun by `to_ms`; an hour in which nothing was added counts 0. */
  between(from_ms: number, to_ms: number): number[] {
    const totals: number[] = []
    for (let hour_ms = startOfHour(from_ms); hour_ms < to_ms; hour_ms += HOUR_MS) {
      totals.push(this.hours.get(hour_ms) ?? 0)
    }
    return totals
  }

  clear(): void {
    this.hours.clear()
  }
}

/** Half hours are where some zones begin theirs. */
function startOfHour(at_ms: number): number {
  return new Date(at_ms).setMinutes(0, 0, 0)
}
