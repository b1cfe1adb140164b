import type { MonitoredParts, NamedPart } from '../../src/metrics/parts'
import { deployed } from './deployed'

/** All that is deployed, for metrics and health. */
export const monitoredParts: MonitoredParts = {
  fleets: () => deployed.fleets.all(),
  databases: () => once(deployed.databases.all()),
  caches: () => deployed.caches.all(),
  alerts: () => deployed.alerts.all(),
  bridges: () => deployed.bridges.all(),
  retentions: () => deployed.retentions.all(),
  apis: () => deployed.apis.all(),
}

/** Several nodes may have one database. */
function once<Part>(parts: readonly NamedPart<Part>[]): readonly NamedPart<Part>[] {
  return [...new Map(parts.toReversed().map((each) => [each.part, each])).values()].reverse()
}
