import type { IncidentFilter } from '../alert-command'
import type { Incident } from './incident'

/** Whether an incident fits everything that is given. */
export function matchesFilter(filter: IncidentFilter, incident: Incident): boolean {
  return filter.incident_id === undefined || filter.incident_id === incident.id
}
