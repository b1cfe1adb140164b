import type { Clock } from '../../domain/clock'
import type { IncidentFilter } from '../alert-command'
import type { WatchListener } from '../watching/watch-listener'
import type { Severity } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { boundedName } from './bounded-evidence'
import type { ChangeName, EndReason, Incident, StateChange } from './incident'
import { matchesFilter } from './incident-filter'
import { ManyByRule } from './many-by-rule'
import { momentOf } from './moment-of'
import { Occurrence, type Raised } from './occurrence'
import { Occurrences } from './occurrences'
import type { OpenIncident } from './open-incident'
import { fingerprintOf, OpenIncidents } from './open-incidents'
import { type BookContent, restoreContent, saveContent } from './restoring'
import type { SavedIncidents } from './saved-incidents'
import type { Watched } from './watched'

export { fingerprintOf }

export interface IncidentBookOptions {
  readonly clock: Clock
  /** Hears every change of state, in order. It may not throw. */
  readonly onChange: (change: StateChange) => void
}

/** How many there were of each. */
export type ChangeCounts = Readonly<Partial<Record<ChangeName, number>>>

/** All incidents: the open ones, one for each rule and subject at a time, and the newest of those that are over. */
export class IncidentBook implements WatchListener {
  private readonly incidents: OpenIncidents
  private readonly occurrences = new Occurrences()
  private readonly many: ManyByRule
  private readonly clock: Clock
  private readonly counts = new Map<ChangeName, number>()

  constructor({ clock, onChange }: IncidentBookOptions) {
    this.clock = clock
    this.incidents = new OpenIncidents((change) => {
      this.counts.set(change.change, (this.counts.get(change.change) ?? 0) + 1)
      onChange(change)
    })
    this.many = new ManyByRule({ clock, incidents: this.incidents, occurrences: this.occurrences })
  }

  get changes(): ChangeCounts {
    return Object.fromEntries(this.counts)
  }

  /** After `restore`. */
  start(): void {
    this.many.start()
  }

  /** Leaves no timer behind. May be called twice. */
  stop(): void {
    this.many.stop()
  }

  changed(watch: Watched, change: ChangeName, moment: Moment): void {
    const occurrence = this.occurrences.followedBy(watch)
    const { rule, subject } = watch
    if (occurrence) this.develop(occurrence, watch.level, change, moment)
    else if (change === 'raised') this.raise(watch, moment)
    else if (change === 'cancelled') this.incidents.cancel(fingerprintOf(rule.id, subject.id), moment)
    else if (change === 'pending') {
      this.incidents.pend({ rule_id: rule.id, device_id: subject.id, alias: boundedName(subject.alias) }, moment)
    }
  }

  observed(watch: Watched): void {
    this.occurrences.followedBy(watch)?.observe(watch.subject.values)
  }

  /** What was raised on a subject and is not over: alone, as part of many, or waiting for others. */
  raisedOn(rule_id: string, device_id: string): Raised | undefined {
    return this.occurrences.of(fingerprintOf(rule_id, device_id))
  }

  /** How many are open. */
  get size(): number {
    return this.incidents.size
  }

  /** How many are not raised yet. */
  get pending(): number {
    return this.incidents.waiting
  }

  /** Of the gravest one that is open. */
  get severity(): Severity | undefined {
    return this.incidents.severity
  }

  open(filter: IncidentFilter = {}): readonly Incident[] {
    return this.matching(filter, 'some').map(([record]) => record)
  }

  /** Newest first. */
  history(limit: number, filter: IncidentFilter = {}): readonly Incident[] {
    return this.incidents.past.newest(limit, (incident) => matchesFilter(filter, incident, 'some'))
  }

  /** Stops reminders; it stays open. @returns those that were not acknowledged before */
  acknowledge(filter: IncidentFilter, by?: string): readonly Incident[] {
    const moment = momentOf(this.clock)
    const acknowledgement = { at: moment.wall_ms, ...(by !== undefined && { by: boundedName(by) }) }
    return this.matching(filter, 'all')
      .filter(([, incident]) => this.incidents.acknowledge(incident, acknowledgement, moment))
      .map(([, incident]) => incident.record(moment))
  }

  /** @returns those that were acknowledged */
  unacknowledge(filter: IncidentFilter): readonly Incident[] {
    const moment = momentOf(this.clock)
    return this.matching(filter, 'all')
      .filter(([, incident]) => this.incidents.unacknowledge(incident, moment))
      .map(([, incident]) => incident.record(moment))
  }

  /** These have been told to people, who may have been reminded. */
  told(incidents: readonly Incident[]): void {
    for (const { id, rule_id, device_id, reminders } of incidents) {
      const incident = this.incidents.of(fingerprintOf(rule_id, device_id))
      if (incident?.id === id) incident.reminders = reminders
    }
  }

  ended({ rule, subject }: Watched, reason: EndReason): void {
    this.end(fingerprintOf(rule.id, subject.id), reason)
  }

  /** What is raised or pending on a rule and a subject is over, and not because its condition is. */
  end(fingerprint: string, reason: EndReason): void {
    const moment = momentOf(this.clock)
    const occurrence = this.occurrences.of(fingerprint)
    if (occurrence) this.finish(occurrence, moment, reason)
    else this.incidents.cancel(fingerprint, moment)
  }

  /** The same of all that a rule watches, told once where many are one. */
  endRule(rule_id: string, reason: EndReason): void {
    const moment = momentOf(this.clock)
    for (const member of this.many.of(rule_id)?.end(moment, reason) ?? []) this.occurrences.delete(member)
    for (const occurrence of this.occurrences.ofRule(rule_id)) this.finish(occurrence, moment, reason)
    this.incidents.cancelRule(rule_id, moment)
  }

  /** Of which something is raised. */
  ruleIds(): ReadonlySet<string> {
    return this.occurrences.ruleIds()
  }

  /** Not from within `onChange`. */
  save(): SavedIncidents {
    return saveContent(this.content())
  }

  /** Before `start`. What does not fit is dropped. @returns how much that was */
  restore(saved: unknown): number {
    return restoreContent(saved, this.content())
  }

  private content(): BookContent {
    const { clock, incidents, occurrences, many } = this
    return { clock, incidents, occurrences, many }
  }

  private raise(watch: Watched, moment: Moment): void {
    const occurrence = Occurrence.begin(watch, moment)
    this.occurrences.add(occurrence)
    const { id, many_from } = watch.rule
    if (many_from > 0) this.many.needed(id, many_from).take(occurrence, moment)
    else this.incidents.raise(occurrence, moment)
  }

  private develop(occurrence: Occurrence, level: number, change: ChangeName, moment: Moment): void {
    if (change === 'resolved') return this.finish(occurrence, moment)
    const previous = occurrence.state
    if (!occurrence.develop(change, level)) return
    occurrence.refresh(moment)
    const { rule, device_id } = occurrence
    const incident = this.incidents.of(fingerprintOf(rule.rule_id, device_id))
    if (incident && change === 'escalated') this.incidents.escalate(incident, moment)
    else if (incident) this.incidents.report(change, incident, moment, previous)
    else if (change === 'escalated') this.many.of(rule.rule_id)?.escalated(occurrence, moment)
  }

  private finish(occurrence: Occurrence, moment: Moment, reason?: EndReason): void {
    const { rule, device_id } = occurrence
    occurrence.refresh(moment)
    this.occurrences.delete(occurrence)
    const incident = this.incidents.of(fingerprintOf(rule.rule_id, device_id))
    if (incident) return this.incidents.end(incident, moment, reason)
    this.many.of(rule.rule_id)?.leave(occurrence, moment, reason)
  }

  private matching(filter: IncidentFilter, of: 'all' | 'some'): [Incident, OpenIncident][] {
    const moment = momentOf(this.clock)
    return Array.from(this.incidents.all(), (incident): [Incident, OpenIncident] => [
      incident.record(moment),
      incident,
    ]).filter(([record]) => matchesFilter(filter, record, of))
  }
}
