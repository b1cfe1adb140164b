import type { FleetDevice } from '../polling/fleet-device'
import type { Labels } from './family'
import type { Instance } from './samples'

/**
 * Tells devices apart. The id alone is one series for ever; alias and model stand beside it because people know devices by
 * them, and begin a new series only when a person renames one. What has a `parent_id` is part of another: a sum over those
 * without one counts nothing twice.
 */
export class DeviceLabels {
  private known: ReadonlyMap<string, Labels> = new Map()

  /** Hosts that have not said yet who they are, are left out. */
  of(fleets: readonly Instance<readonly FleetDevice[]>[]): Instance<FleetDevice>[] {
    const known = new Map<string, Labels>()
    const devices = fleets.flatMap(({ labels: { fleet = '' }, subject }) =>
      subject.flatMap((device): Instance<FleetDevice>[] => {
        if (device.device === undefined) return []
        const labels = this.labelsOf(fleet, device)
        const key = keyOf(fleet, labels)
        // Two hosts may say the same for a moment; Prometheus refuses everything for a series that comes twice.
        if (known.has(key)) return []
        known.set(key, labels)
        return [{ labels, subject: device }]
      }),
    )
    this.known = known
    return devices
  }

  private labelsOf(fleet: string, { alias, device }: FleetDevice): Labels {
    const { device_id = '', model = '', parent_id = '' } = device ?? {}
    const labels = { fleet, device_id, alias, model, ...(parent_id !== '' && { parent_id }) }
    const before = this.known.get(keyOf(fleet, labels))
    const isSame = before?.alias === alias && before.model === model && (before.parent_id ?? '') === parent_id
    return isSame ? before : labels
  }
}

function keyOf(fleet: string, { device_id = '' }: Labels): string {
  return `${fleet}\n${device_id}`
}
