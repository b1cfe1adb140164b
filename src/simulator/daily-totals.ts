export interface DayTotal {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly total: number
}

const KEPT_DAYS = 800

/** Sums per day and per month, by the local calendar, as a device keeps them. */
export class DailyTotals {
  private days = new Map<number, DayTotal>()

  /** Spreads a span of time over its days; `amount` says what each piece of the span is worth. */
  add(from_ms: number, to_ms: number, amount: (from_ms: number, to_ms: number) => number): void {
    let start_ms = from_ms
    while (start_ms < to_ms) {
      const date = new Date(start_ms)
      const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate())
      const next_ms = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime()
      const end_ms = Math.min(next_ms, to_ms)
      this.addTo(midnight, amount(start_ms, end_ms))
      start_ms = end_ms
    }
  }

  daysOf(year: unknown, month: unknown): DayTotal[] {
    return [...this.days.values()].filter((day) => day.year === year && day.month === month)
  }

  monthsOf(year: unknown): { month: number; total: number }[] {
    const months = new Map<number, number>()
    for (const day of this.days.values()) {
      if (day.year === year) months.set(day.month, (months.get(day.month) ?? 0) + day.total)
    }
    return [...months].map(([month, total]) => ({ month, total }))
  }

  /** All of the days that begin at or after a moment and before another. */
  between(from_ms: number, to_ms: number): number {
    let sum = 0
    for (const [midnight_ms, { total }] of this.days) if (midnight_ms >= from_ms && midnight_ms < to_ms) sum += total
    return sum
  }

  clear(): void {
    this.days.clear()
  }

  private addTo(midnight: Date, amount: number): void {
    const key = midnight.getTime()
    const total = (this.days.get(key)?.total ?? 0) + amount
    const [year, month, day] = [midnight.getFullYear(), midnight.getMonth() + 1, midnight.getDate()]
    this.days.set(key, { year, month, day, total })
    if (this.days.size > KEPT_DAYS) this.days.delete(this.days.keys().next().value as number)
  }
}
