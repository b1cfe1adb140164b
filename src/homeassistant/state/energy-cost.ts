import type { Reading } from '../../domain/reading'
import type { UsedEnergy } from '../../domain/tariffs/energy-charges'

/** So much later than it was saved, a restart may find a counter that has stood still. */
const SAVED_WITHIN_MS = 900_000

/** What has to survive a restart. */
export interface SavedCost {
  readonly amount: number
  /** What the lifetime counter said when `amount` was last true. */
  readonly energy_kwh: number
  /** When it said so, ms since the epoch. */
  readonly timestamp: number
  readonly currency: string
}

/** What the energy of a device has cost since there was a price; a new price holds from then on. */
export class EnergyCost {
  private amount: number | undefined
  private energy_kwh: number | undefined
  private timestamp = 0
  /** What is sure to survive a restart. */
  private saved_timestamp = Number.NEGATIVE_INFINITY

  /** @param saved nothing that was saved in another currency can be added to */
  constructor(
    private readonly currency: string,
    saved?: SavedCost,
  ) {
    if (saved?.currency !== currency) return
    this.amount = saved.amount
    this.energy_kwh = saved.energy_kwh
    this.timestamp = this.saved_timestamp = saved.timestamp
  }

  /** Unknown until there was energy. */
  get value(): number | undefined {
    return this.amount
  }

  /**
   * By the lifetime counter; where it falls, it was lost, and counts on from there. What was used since the reading before
   * went evenly, also over a restart.
   * @param costOf the energy between two readings
   * @returns whether there is something new to save
   */
  observe(
    { timestamp, energy_kwh }: Pick<Reading, 'timestamp' | 'energy_kwh'>,
    costOf: (use: UsedEnergy) => number,
  ): boolean {
    if (energy_kwh === undefined || !Number.isFinite(energy_kwh) || energy_kwh < 0) return false
    const used_kwh = Math.max(0, energy_kwh - (this.energy_kwh ?? energy_kwh))
    const isNew = energy_kwh !== this.energy_kwh || timestamp >= this.saved_timestamp + SAVED_WITHIN_MS
    this.amount = (this.amount ?? 0) + costOf({ from: this.timestamp, to: timestamp, energy_kwh: used_kwh })
    this.energy_kwh = energy_kwh
    this.timestamp = timestamp
    if (isNew) this.saved_timestamp = timestamp
    return isNew
  }

  save(): SavedCost | undefined {
    const { amount, energy_kwh, timestamp, currency } = this
    if (amount === undefined || energy_kwh === undefined) return undefined
    return { amount, energy_kwh, timestamp, currency }
  }
}

/** Of what a file says; absent where it is none. */
export function parseSavedCost(given: unknown): SavedCost | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { amount, energy_kwh, timestamp, currency } = given as Record<string, unknown>
  // Credits may be more than what was to be paid.
  if (!isNumber(amount) || !isNumber(energy_kwh) || energy_kwh < 0 || typeof currency !== 'string') return undefined
  // A file of before there were moments: all of it is at the next one.
  return { amount, energy_kwh, timestamp: isNumber(timestamp) ? timestamp : Infinity, currency }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
