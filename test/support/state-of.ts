import type { JsonValue } from '../../src/homeassistant/entities/component'
import type { KnownDevice } from '../../src/homeassistant/known-device'
import { fieldsOf } from '../../src/homeassistant/state/state-fields'

/**
 * Everything that is known of a device, under the keys of readings and details; null where a value is unknown or out of the
 * physical range. `last_seen`: when it said so, ms since the epoch.
 */
export function stateOf(known: KnownDevice): Record<string, JsonValue> {
  const values = fieldsOf(known).map(({ key, read }) => [key, read(known) ?? null])
  return { ...(Object.fromEntries(values) as Record<string, JsonValue>), last_seen: known.reading?.timestamp ?? null }
}
