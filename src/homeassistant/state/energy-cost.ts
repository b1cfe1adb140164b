/** What has to survive a restart. */
export interface SavedCost {
  readonly cost: number
  /** What the lifetime counter said when `cost` was last true. */
  readonly energy_kwh: number
  readonly currency: string
}

/** What the energy of a device has cost since there was a price; a new price holds from then on. */
export class EnergyCost {
  private cost: number | undefined
  private energy_kwh: number | undefined

  /** @param saved nothing that was saved in another currency can be added to */
  constructor(
    private readonly price: { readonly per_kwh: number; readonly currency: string },
    saved?: SavedCost,
  ) {
    if (saved?.currency !== price.currency) return
    this.cost = saved.cost
    this.energy_kwh = saved.energy_kwh
  }

  /** Unknown until there was energy. */
  get value(): number | undefined {
    return this.cost
  }

  /**
   * @param energy_kwh the lifetime counter; where it falls, it was lost, and counts on from there
   * @returns whether the cost has changed
   */
  observe(energy_kwh: number | undefined): boolean {
    if (energy_kwh === undefined || !Number.isFinite(energy_kwh) || energy_kwh < 0) return false
    const used_kwh = Math.max(0, energy_kwh - (this.energy_kwh ?? energy_kwh))
    const before = this.cost
    this.cost = (this.cost ?? 0) + used_kwh * this.price.per_kwh
    this.energy_kwh = energy_kwh
    return this.cost !== before
  }

  save(): SavedCost | undefined {
    const { cost, energy_kwh, price } = this
    return cost === undefined || energy_kwh === undefined ? undefined : { cost, energy_kwh, currency: price.currency }
  }
}

/** Of what a file says; absent where it is none. */
export function parseSavedCost(given: unknown): SavedCost | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const { cost, energy_kwh, currency } = given as Record<string, unknown>
  if (!isAmount(cost) || !isAmount(energy_kwh) || typeof currency !== 'string') return undefined
  return { cost, energy_kwh, currency }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
