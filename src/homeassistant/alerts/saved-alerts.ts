import type { Incident } from '../../alerting/incidents/incident'
import type { JsonValue } from '../entities/component'
import type { AlertBook } from './alert-book'
import type { Home } from './home-alerts'
import { parseIncident } from './parse-state-change'

/** What is kept of one page over a restart. */
interface SavedAlerts {
  /** The newest incident of each rule. */
  readonly rules: readonly Incident[]
  readonly open: readonly Incident[]
}

export function saveAlerts(book: AlertBook, home: Home): JsonValue {
  const saved: SavedAlerts = { rules: [...(book.at(home)?.rules.values() ?? [])], open: book.openOf(home) }
  return saved as unknown as JsonValue
}

/** What does not fit is left out: the next change of the incident puts it right. */
export function restoreAlerts(book: AlertBook, home: Home, saved: JsonValue): void {
  for (const incident of incidentsOf(saved, 'rules')) book.learn(home, incident)
  for (const incident of incidentsOf(saved, 'open')) if (incident.state !== 'resolved') book.place(incident)
}

function incidentsOf(saved: JsonValue, key: keyof SavedAlerts): Incident[] {
  if (typeof saved !== 'object' || saved === null || !Object.hasOwn(saved, key)) return []
  const listed: unknown = (saved as Readonly<Record<string, unknown>>)[key]
  if (!Array.isArray(listed)) return []
  return listed.map(parseIncident).filter((incident) => incident !== undefined)
}
