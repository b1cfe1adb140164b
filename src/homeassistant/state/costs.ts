import type { Reading } from '../../domain/reading'
import { EnergyCharges, type UsedEnergy } from '../../domain/tariffs/energy-charges'
import { Pricing } from '../../domain/tariffs/pricing'
import type { Tariff } from '../../domain/tariffs/tariff'
import type { Inventory } from '../discovery/inventory'
import { EnergyCost } from './energy-cost'

export interface CostsOptions {
  readonly tariff: Tariff | undefined
  readonly inventory: Pick<Inventory, 'record' | 'find' | 'touch'>
}

/** What the energy of each device has cost, over restarts. Blocks of the tariff end by what all devices here have used. */
export class Costs {
  private readonly devices = new Map<string, EnergyCost>()
  private charges: EnergyCharges | undefined

  constructor(private readonly options: CostsOptions) {}

  /**
   * In the currency of the tariff; absent without one, or as long as no energy is known.
   * @param isDouble its outlets measure what it measures
   */
  take(reading: Reading, isDouble: boolean): number | undefined {
    const { tariff, inventory } = this.options
    if (!tariff) return undefined
    const charges = (this.charges ??= this.begin(tariff))
    const record = inventory.record(reading.device_id)
    let cost = this.devices.get(reading.device_id)
    if (!cost) this.devices.set(reading.device_id, (cost = new EnergyCost(tariff.currency, record.cost)))
    const costOf = (use: UsedEnergy) => (isDouble ? charges.costOf(use) : charges.take(use))
    if (reading.quality === 'good' && cost.observe(reading, costOf)) {
      const household = charges.save()
      if (household.length > 0) inventory.record().household = household
      inventory.touch()
    }
    record.cost = cost.save()
    return cost.value
  }

  remove(device_id: string): void {
    this.devices.delete(device_id)
  }

  private begin(tariff: Tariff): EnergyCharges {
    const charges = new EnergyCharges(new Pricing(tariff))
    charges.restore(this.options.inventory.find(undefined)?.household ?? [])
    return charges
  }
}
