import type { Reading } from '../domain/reading'

export interface Household {
  /** Those whose energy adds up. */
  readonly device_ids: readonly string[]
  /** Those that measure once more what their outlets measure. */
  readonly doubles: ReadonlySet<string>
  /** Of outlets: the devices that measure them once more. */
  readonly parents: ReadonlyMap<string, string>
}

/** @param latest of every device */
export function householdOf(latest: readonly Reading[]): Household {
  const measuring = latest.filter(({ energy_kwh, power_w }) => energy_kwh !== undefined || power_w !== undefined)
  const parents = new Map(
    measuring.flatMap(({ device_id, parent_id }) =>
      parent_id === undefined || parent_id === device_id ? [] : [[device_id, parent_id] as const],
    ),
  )
  const doubles = new Set(parents.values())
  const device_ids = measuring.map(({ device_id }) => device_id).filter((device_id) => !doubles.has(device_id))
  return { device_ids, doubles, parents }
}
