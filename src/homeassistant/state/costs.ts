import type { Reading } from '../../domain/reading'
import type { Inventory } from '../discovery/inventory'
import type { HomeAssistantOptions } from '../options'
import { EnergyCost } from './energy-cost'

export interface CostsOptions {
  readonly price: HomeAssistantOptions['price']
  readonly inventory: Pick<Inventory, 'record' | 'touch'>
}

/** What the energy of each device has cost, over restarts. */
export class Costs {
  private readonly devices = new Map<string, EnergyCost>()

  constructor(private readonly options: CostsOptions) {}

  /** In the currency of the price; absent without a price, or as long as no energy is known. */
  take({ device_id, energy_kwh, quality }: Reading): number | undefined {
    const { price, inventory } = this.options
    if (!price) return undefined
    const record = inventory.record(device_id)
    let cost = this.devices.get(device_id)
    if (!cost) this.devices.set(device_id, (cost = new EnergyCost(price, record.cost)))
    if (quality === 'good' && cost.observe(energy_kwh)) {
      record.cost = cost.save()
      inventory.touch()
    }
    return cost.value
  }

  remove(device_id: string): void {
    this.devices.delete(device_id)
  }
}
