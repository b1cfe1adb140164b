import type { Clock } from '../../domain/clock'
import { Crowd } from './crowd'
import { MANY } from './incident'
import type { ManyByRule } from './many-by-rule'
import { momentOf } from './moment-of'
import { Occurrence, type OccurrenceRecord } from './occurrence'
import type { Occurrences } from './occurrences'
import { OpenIncident, type OpenRecord } from './open-incident'
import type { OpenIncidents } from './open-incidents'
import { readSaved, type SavedIncidents, type SavedMany } from './saved-incidents'
import { VERSION } from './saved-schema'

export interface BookContent {
  readonly clock: Clock
  readonly incidents: OpenIncidents
  readonly occurrences: Occurrences
  readonly many: ManyByRule
}

/** Plain JSON. */
export function saveContent({ clock, incidents, many }: BookContent): SavedIncidents {
  const moment = momentOf(clock)
  const alone = Array.from(incidents.all()).filter(({ matter }) => matter.device_id !== MANY)
  const crowds = many.all().map((each) => each.save(moment))
  return {
    version: VERSION,
    // Where nothing lasts it says nothing, and what is saved stays the same, so that it wears no disk.
    saved_at: alone.length + crowds.length > 0 ? moment.wall_ms : 0,
    newest_id: incidents.ids.newest,
    open: alone.map((incident) => incident.record(moment)),
    many: crowds,
    past: incidents.past.save(),
  }
}

/** @returns how much of what was saved did not fit */
export function restoreContent(given: unknown, content: BookContent): number {
  const { saved, dropped } = readSaved(given)
  return saved ? dropped + new Restoring(content, saved.saved_at).restore(saved) : dropped
}

class Restoring {
  private dropped = 0
  private readonly now_ms: number
  private readonly ago_ms: number

  constructor(
    private readonly content: BookContent,
    saved_at: number,
  ) {
    const { now_ms, wall_ms } = momentOf(content.clock)
    this.now_ms = now_ms
    this.ago_ms = Math.max(0, wall_ms - saved_at)
  }

  restore({ newest_id, past, open, many }: Omit<SavedIncidents, 'version'>): number {
    const { incidents } = this.content
    incidents.ids.newest = newest_id
    for (const incident of past) incidents.past.add(incident)
    for (const record of open) {
      for (const occurrence of this.revive([record], record.rule_id))
        incidents.restore(openIncident(record, occurrence))
    }
    for (const each of many) this.restoreMany(each)
    return this.dropped
  }

  private restoreMany({ rule_id, many_from, held, members, incident }: SavedMany): void {
    const many = this.content.many.needed(rule_id, many_from)
    const isSound = incident?.device_id === MANY && incident.rule_id === rule_id
    const joined = isSound ? this.revive([...members, ...held], rule_id) : []
    if (!incident || joined.length === 0) {
      if (incident || members.length > 0) this.dropped++
      many.restore(this.revive(held, rule_id), undefined)
      return
    }
    const crowd = Crowd.restore(incident, joined, this.now_ms, this.ago_ms)
    const restored = openIncident(incident, crowd)
    this.content.incidents.restore(restored)
    many.restore([], { crowd, incident: restored })
  }

  /** Those that are of this rule, and of which there is none. */
  private revive(records: readonly OccurrenceRecord[], rule_id: string): Occurrence[] {
    const revived = records
      .filter((record) => record.rule_id === rule_id && record.device_id !== MANY)
      .map((record) => Occurrence.restore(record, this.now_ms, this.ago_ms))
      .filter((occurrence) => this.content.occurrences.add(occurrence))
    this.dropped += records.length - revived.length
    return revived
  }
}

function openIncident(record: OpenRecord, matter: Occurrence | Crowd): OpenIncident {
  const { id, acknowledged_at, acknowledged_by, parted_from, reminders } = record
  const by = acknowledged_by === undefined ? {} : { by: acknowledged_by }
  const acknowledgement = acknowledged_at === undefined ? undefined : { at: acknowledged_at, ...by }
  const incident = new OpenIncident(id, matter, acknowledgement, parted_from)
  incident.reminders = reminders
  return incident
}
