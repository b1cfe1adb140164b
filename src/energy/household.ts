import { isMeasuring, type Reading } from '../domain/reading'

export interface Household {
  /** Those whose energy adds up. */
  readonly device_ids: readonly string[]
  /** Those that measure once more what their outlets measure. */
  readonly doubles: ReadonlySet<string>
  /** Of outlets: the devices that measure them once more. */
  readonly parents: ReadonlyMap<string, string>
}

/**
 * @param latest of every device that still has readings
 * @param known of outlets: their parents, as it is remembered of those that have none any more
 */
export function householdOf(latest: readonly Reading[], known: ReadonlyMap<string, string>): Household {
  const measuring = latest.filter(isMeasuring)
  const told = measuring.map(({ device_id, parent_id = device_id }) => [device_id, parent_id] as const)
  const present = new Set(latest.map(({ device_id }) => device_id))
  const gone = [...known].filter(([device_id]) => !present.has(device_id))
  const parents = new Map([...gone, ...told].filter(([device_id, parent_id]) => parent_id !== device_id))
  const doubles = new Set(parents.values())
  const device_ids = measuring.map(({ device_id }) => device_id).filter((device_id) => !doubles.has(device_id))
  return { device_ids, doubles, parents }
}
