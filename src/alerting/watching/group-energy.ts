import type { Json } from '../conditions/condition'

/**
 * What the members of a group have used since it is watched. A sum of their counters would leap whenever one of them
 * comes or goes; so each counts from what it has said first, and what it has used while it was away is added later.
 */
export class GroupEnergy {
  energy_kwh = 0
  private readonly counters_kwh = new Map<string, number>()

  take(device_id: string, counter_kwh: number): void {
    const before_kwh = this.counters_kwh.get(device_id) ?? counter_kwh
    if (counter_kwh > before_kwh) this.energy_kwh += counter_kwh - before_kwh
    this.counters_kwh.set(device_id, counter_kwh)
  }

  save() {
    return { energy_kwh: this.energy_kwh, counters_kwh: Object.fromEntries(this.counters_kwh) }
  }

  restore(saved: Json): void {
    const { energy_kwh, counters_kwh } = (saved ?? {}) as { energy_kwh?: unknown; counters_kwh?: unknown }
    if (!isAmount(energy_kwh)) return
    this.energy_kwh = energy_kwh
    for (const [device_id, counter_kwh] of Object.entries(counters_kwh ?? {})) {
      if (isAmount(counter_kwh)) this.counters_kwh.set(device_id, counter_kwh)
    }
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
