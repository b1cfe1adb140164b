import type { Calendar, Period } from '../../domain/calendar'
import type { Json } from './condition'
import { savedAmounts } from './saved-amounts'
import { savedField } from './saved-fields'

/** The present period, and those that the clock may be set back or forward to. */
const MOST_KEPT = 3
/** Dates go no further, and the period has to end. */
const LATEST_START_MS = 8.64e15 - 40 * 86_400_000
const SAVED = ['start_ms', 'used_kwh', 'told'] as const
const NOTHING: Readonly<PeriodTotal> = { used_kwh: 0, cost: 0 }

/** What was used in a period. */
export interface PeriodTotal {
  used_kwh: number
  /** Of the part whose price was asked for; under 0 where there are credits. */
  cost: number
}

interface Stretch extends PeriodTotal {
  readonly start_ms: number
  readonly end_ms: number
  /** How many steps were reached when the clock left it: they are not told again. */
  told: number
}

/**
 * Energy used in the present period of the calendar. A clock that is set comes back to a period as it was left, and
 * begins one that was never seen with nothing.
 */
export class PeriodEnergy {
  /** The present one is the first. */
  private readonly kept: Stretch[] = []

  constructor(
    private readonly calendar: Calendar,
    private readonly kind: Period,
  ) {}

  get start_ms(): number {
    return this.kept[0]?.start_ms ?? NaN
  }

  get end_ms(): number {
    return this.kept[0]?.end_ms ?? NaN
  }

  get total(): Readonly<PeriodTotal> {
    return this.kept[0] ?? NOTHING
  }

  get told(): number {
    return this.kept[0]?.told ?? 0
  }

  add(used_kwh: number, cost = 0): void {
    const present = this.kept[0]
    if (present === undefined) return
    present.used_kwh += used_kwh
    present.cost += cost
  }

  /** @param reached steps of the period that is left, if it is left */
  turn(wall_ms: number, reached: (total: PeriodTotal) => number): void {
    const { kept } = this
    const present = kept[0]
    if (present !== undefined && wall_ms >= present.start_ms && wall_ms < present.end_ms) return
    if (present !== undefined) present.told = Math.max(present.told, reached(present))
    const { start_ms, end_ms } = this.calendar.period(this.kind, wall_ms)
    const place = kept.findIndex((stretch) => stretch.start_ms === start_ms)
    const [back] = place < 0 ? [] : kept.splice(place, 1)
    kept.unshift(back ?? { start_ms, end_ms, used_kwh: 0, cost: 0, told: 0 })
    if (kept.length > MOST_KEPT) kept.pop()
  }

  save(): Json {
    return this.kept.map(({ start_ms, used_kwh, cost, told }) => ({ start_ms, used_kwh, cost, told }))
  }

  restore(saved: unknown): void {
    if (!Array.isArray(saved)) return
    this.kept.length = 0
    for (const item of saved.slice(0, MOST_KEPT)) {
      const stretch = savedAmounts(item, SAVED)
      if (stretch === undefined || stretch.start_ms > LATEST_START_MS) continue
      const cost = savedField(item, 'cost')
      this.kept.push({
        ...stretch,
        end_ms: this.calendar.period(this.kind, stretch.start_ms).end_ms,
        cost: typeof cost === 'number' && Number.isFinite(cost) ? cost : 0,
      })
    }
  }
}
