/** What has to survive a restart. */
export interface SavedCost {
  readonly amount: number
  /** What the lifetime counter said when `amount` was last true. */
  readonly energy_kwh: number
  readonly currency: string
}

/** What the energy of a device has cost since there was a price; a new price holds from then on. */
export class EnergyCost {
  private amount: number | undefined
  private energy_kwh: number | undefined

  /** @param saved nothing that was saved in another currency can be added to */
  constructor(
    private readonly price: { readonly per_kwh: number; readonly currency: string },
    saved?: SavedCost,
  ) {
    if (saved?.currency !== price.currency) return
    this.amount = saved.amount
    this.energy_kwh = saved.energy_kwh
  }

  /** Unknown until there was energy. */
  get value(): number | undefined {
    return this.amount
  }

  /**
   * @param energy_kwh the lifetime counter; where it falls, it was lost, and counts on from there
   * @returns whether there is something new to save
   */
  observe(energy_kwh: number | undefined): boolean {
    if (energy_kwh === undefined || !Number.isFinite(energy_kwh) || energy_kwh < 0) return false
    if (energy_kwh === this.energy_kwh) return false
    const used_kwh = Math.max(0, energy_kwh - (this.energy_kwh ?? energy_kwh))
    this.amount = (this.amount ?? 0) + used_kwh * this.price.per_kwh
    this.energy_kwh = energy_kwh
    return true
  }

  save(): SavedCost | undefined {
    const { amount, energy_kwh, price } = this
    if (amount === undefined || energy_kwh === undefined) return undefined
    return { amount, energy_kwh, currency: price.currency }
  }
}

/** Of what a file says; absent where it is none. */
export function parseSavedCost(given: unknown): SavedCost | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { amount, energy_kwh, currency } = given as Record<string, unknown>
  if (!isAmount(amount) || !isAmount(energy_kwh) || typeof currency !== 'string') return undefined
  return { amount, energy_kwh, currency }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
