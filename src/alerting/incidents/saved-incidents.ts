import type { Incident } from './incident'
import type { OccurrenceRecord } from './occurrence'
import type { OpenRecord } from './open-incident'
import { isFrame, isManyFrame, isOccurrence, isOpenIncident, isPastIncident, type VERSION } from './saved-schema'

/** A rule of which many are one incident, or may be in a moment. */
export interface SavedMany {
  readonly rule_id: string
  readonly many_from: number
  /** What waits for others. */
  readonly held: readonly OccurrenceRecord[]
  readonly members: readonly OccurrenceRecord[]
  /** Of the members. */
  readonly incident?: OpenRecord
}

/** What a restart must not lose. Plain JSON. */
export interface SavedIncidents {
  readonly version: typeof VERSION
  readonly saved_at: number
  /** The moment in the newest id. */
  readonly newest_id: number
  /** Those of one subject each. */
  readonly open: readonly OpenRecord[]
  readonly many: readonly SavedMany[]
  /** Oldest first. */
  readonly past: readonly Incident[]
}

export interface ReadIncidents {
  /** undefined: nothing that can be read. */
  readonly saved: Omit<SavedIncidents, 'version'> | undefined
  /** How much of it did not fit. */
  readonly dropped: number
}

/** @param saved anything; undefined where nothing was saved */
export function readSaved(given: unknown): ReadIncidents {
  let dropped = 0
  const fitting = <Entry>(entries: readonly unknown[], fits: (entry: unknown) => entry is Entry): Entry[] => {
    const kept = entries.filter(fits)
    dropped += entries.length - kept.length
    return kept
  }
  if (!isFrame(given)) return { saved: undefined, dropped: given === undefined ? 0 : 1 }
  const open = fitting(given.open, isOpenIncident)
  const past = fitting(given.past, isPastIncident)
  const many = fitting(given.many, isManyFrame).map(({ rule_id, many_from, held, members, incident }) => {
    const incidents = fitting(incident === undefined ? [] : [incident], isOpenIncident)
    return {
      ...{ rule_id, many_from, held: fitting(held, isOccurrence), members: fitting(members, isOccurrence) },
      ...(incidents[0] && { incident: incidents[0] }),
    }
  })
  return { saved: { saved_at: given.saved_at, newest_id: given.newest_id, open, many, past }, dropped }
}
