import { SEVERITIES, type Severity } from '../rules/rule'
import type { Moment } from '../watching/subject'
import type { Crowd } from './crowd'
import type { ChangeName, EndReason, Incident, StateChange } from './incident'
import { IncidentIds } from './incident-ids'
import type { Occurrence } from './occurrence'
import { type Acknowledgement, OpenIncident } from './open-incident'
import { PastIncidents } from './past-incidents'

/** One rule on one subject. */
export function fingerprintOf(rule_id: string, device_id: string): string {
  return `${rule_id}/${device_id}`
}

/** What is neither an incident yet nor over. */
export interface Pending {
  readonly rule_id: string
  readonly device_id: string
  readonly alias: string
}

/** The incidents that are open, by fingerprint; tells of what becomes of them, and keeps those that are over. */
export class OpenIncidents {
  readonly past = new PastIncidents()
  readonly ids = new IncidentIds()
  private readonly incidents = new Map<string, OpenIncident>()
  private readonly pending = new Map<string, Pending>()

  constructor(private readonly onChange: (change: StateChange) => void) {}

  get size(): number {
    return this.incidents.size
  }

  /** What is neither an incident yet nor over. */
  get waiting(): number {
    return this.pending.size
  }

  /** Of the gravest one. */
  get severity(): Severity | undefined {
    let gravest = -1
    for (const { matter } of this.incidents.values()) {
      gravest = Math.max(gravest, SEVERITIES.indexOf(matter.rule.severity))
    }
    return SEVERITIES[gravest]
  }

  all(): IterableIterator<OpenIncident> {
    return this.incidents.values()
  }

  of(fingerprint: string): OpenIncident | undefined {
    return this.incidents.get(fingerprint)
  }

  /** Goes on with what was open before a restart, without a word. */
  restore(incident: OpenIncident): void {
    this.incidents.set(fingerprintOf(incident.matter.rule.rule_id, incident.matter.device_id), incident)
  }

  restorePending(pending: Pending): void {
    this.pending.set(fingerprintOf(pending.rule_id, pending.device_id), pending)
  }

  pend(pending: Pending, moment: Moment): void {
    const fingerprint = fingerprintOf(pending.rule_id, pending.device_id)
    if (this.pending.has(fingerprint)) return
    this.pending.set(fingerprint, pending)
    this.onChange({ change: 'pending', state: 'pending', previous: 'normal', ...pending, timestamp: moment.wall_ms })
  }

  cancel(fingerprint: string, moment: Moment): void {
    const pending = this.pending.get(fingerprint)
    if (!pending) return
    this.pending.delete(fingerprint)
    this.onChange({ change: 'cancelled', state: 'normal', previous: 'pending', ...pending, timestamp: moment.wall_ms })
  }

  cancelRule(rule_id: string, moment: Moment): void {
    for (const [fingerprint, pending] of this.pending) if (pending.rule_id === rule_id) this.cancel(fingerprint, moment)
  }

  raise(
    matter: Occurrence | Crowd,
    moment: Moment,
    acknowledgement?: Acknowledgement,
    parted_from?: string,
  ): OpenIncident {
    const { rule_id } = matter.rule
    const fingerprint = fingerprintOf(rule_id, matter.device_id)
    const id = this.ids.next(rule_id, matter.device_id, moment.wall_ms)
    const incident = new OpenIncident(id, matter, acknowledgement, parted_from)
    const previous = this.pending.delete(fingerprint) ? 'pending' : 'normal'
    this.incidents.set(fingerprint, incident)
    this.tell({ change: 'raised', previous, state: 'firing' }, incident.record(moment), moment)
    // It may have begun to recover while it waited for others.
    if (matter.state === 'recovering') this.report('recovering', incident, moment, 'firing')
    return incident
  }

  /** Tells of a change of an incident that stays open. */
  report(change: ChangeName, incident: OpenIncident, moment: Moment, previous = incident.matter.state): void {
    this.tell({ change, previous, state: incident.matter.state }, incident.record(moment), moment)
  }

  /** It has become graver: whoever has acknowledged it did not know that. */
  escalate(incident: OpenIncident, moment: Moment): void {
    this.unacknowledge(incident, moment)
    this.report('escalated', incident, moment)
  }

  acknowledge(incident: OpenIncident, acknowledgement: Acknowledgement, moment: Moment): boolean {
    if (incident.acknowledgement) return false
    incident.acknowledgement = acknowledgement
    this.report('acknowledged', incident, moment)
    return true
  }

  unacknowledge(incident: OpenIncident, moment: Moment): boolean {
    if (!incident.acknowledgement) return false
    incident.acknowledgement = undefined
    this.report('unacknowledged', incident, moment)
    return true
  }

  end(incident: OpenIncident, moment: Moment, reason?: EndReason): void {
    const { rule, device_id, state } = incident.matter
    this.incidents.delete(fingerprintOf(rule.rule_id, device_id))
    const record = incident.recordEnd(moment, reason)
    this.past.add(record)
    this.tell({ change: 'resolved', previous: state, state: 'normal' }, record, moment)
  }

  private tell(step: Pick<StateChange, 'change' | 'previous' | 'state'>, incident: Incident, moment: Moment): void {
    const { rule_id, device_id, alias } = incident
    this.onChange({ ...step, rule_id, device_id, alias, timestamp: moment.wall_ms, incident })
  }
}
