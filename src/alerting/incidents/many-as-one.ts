import type { Clock, Timer } from '../../domain/clock'
import type { Moment } from '../watching/subject'
import { Crowd } from './crowd'
import type { EndReason } from './incident'
import { momentOf } from './moment-of'
import type { Occurrence } from './occurrence'
import type { OpenIncident } from './open-incident'
import type { Occurrences } from './occurrences'
import { fingerprintOf, type OpenIncidents, type Pending } from './open-incidents'
import type { SavedMany } from './saved-incidents'

/** How long the first of what may be many waits for others. */
const GATHERING_MS = 10_000
/** How long few have to have been left before they are incidents of their own again. */
const PARTING_MS = 300_000

export interface ManyAsOneParts {
  readonly rule_id: string
  readonly clock: Clock
  readonly incidents: OpenIncidents
  readonly occurrences: Occurrences
}

interface Many {
  readonly crowd: Crowd
  readonly incident: OpenIncident
}

/**
 * Makes one incident of the occurrences of one rule where they are many at once. What is raised waits a little: for
 * others, or to be over again before anybody was told.
 */
export class ManyAsOne {
  private readonly held = new Map<string, Occurrence>()
  private many: Many | undefined
  private timer: Timer | undefined
  private waitsFor: 'others' | 'parting' | undefined
  private isRunning = false
  /** That many are one incident. */
  many_from = Infinity

  constructor(private readonly parts: ManyAsOneParts) {}

  start(): void {
    this.isRunning = true
    this.schedule()
  }

  stop(): void {
    this.isRunning = false
    this.schedule()
  }

  get isIdle(): boolean {
    return this.held.size === 0 && !this.many
  }

  save(moment: Moment): SavedMany {
    const { many, many_from } = this
    const recordsOf = (occurrences: Iterable<Occurrence>) => Array.from(occurrences, (each) => each.record(moment))
    return {
      rule_id: this.parts.rule_id,
      many_from,
      held: recordsOf(this.held.values()),
      members: recordsOf(many?.crowd.members.values() ?? []),
      ...(many && { incident: many.incident.record(moment) }),
    }
  }

  /** After a restart: what was held gathers anew. */
  restore(held: readonly Occurrence[], many: Many | undefined): void {
    this.many = many
    for (const occurrence of held) {
      this.held.set(occurrence.device_id, occurrence)
      this.parts.incidents.restorePending(this.pendingOf(occurrence))
    }
  }

  take(occurrence: Occurrence, moment: Moment): void {
    if (this.many) this.join(this.many, occurrence, moment)
    else this.hold(occurrence, moment)
    this.schedule()
  }

  /** One that was taken has come to a higher level. */
  escalated(occurrence: Occurrence, moment: Moment): void {
    if (!this.many || occurrence.level <= this.many.crowd.level) return
    this.many.crowd.level = occurrence.level
    this.parts.incidents.escalate(this.many.incident, moment)
  }

  /** One that was taken is over. */
  leave(occurrence: Occurrence, moment: Moment, reason?: EndReason): void {
    if (this.held.delete(occurrence.device_id)) this.parts.incidents.cancel(this.fingerprintOf(occurrence), moment)
    if (this.many) this.shrink(this.many, occurrence, moment, reason)
    this.schedule()
  }

  /** Ends the incident of many. @returns what was part of it, which has no incident then */
  end(moment: Moment, reason: EndReason): Occurrence[] {
    if (!this.many) return []
    const { crowd, incident } = this.many
    this.many = undefined
    this.parts.incidents.end(incident, moment, reason)
    this.schedule()
    return [...crowd.members.values()]
  }

  private hold(occurrence: Occurrence, moment: Moment): void {
    this.held.set(occurrence.device_id, occurrence)
    this.parts.incidents.pend(this.pendingOf(occurrence), moment)
  }

  private join({ crowd, incident }: Many, occurrence: Occurrence, moment: Moment): void {
    const { incidents } = this.parts
    const { level } = crowd
    incidents.cancel(this.fingerprintOf(occurrence), moment)
    crowd.add(occurrence)
    incidents.report('members', incident, moment)
    if (crowd.level > level) incidents.escalate(incident, moment)
  }

  private shrink({ crowd, incident }: Many, occurrence: Occurrence, moment: Moment, reason?: EndReason): void {
    crowd.remove(occurrence)
    if (crowd.members.size > 0) return this.parts.incidents.report('members', incident, moment)
    this.many = undefined
    this.parts.incidents.end(incident, moment, reason)
  }

  /** The time to gather is over. */
  private decide(moment: Moment): void {
    const { incidents } = this.parts
    const held = [...this.held.values()]
    const alone = this.unacknowledged()
    this.held.clear()
    const first = held[0]
    if (!first || held.length + alone.length < this.many_from) {
      for (const occurrence of held) incidents.raise(occurrence, moment)
      return
    }
    for (const [, incident] of alone) incidents.end(incident, moment, 'joined')
    for (const occurrence of held) incidents.cancel(this.fingerprintOf(occurrence), moment)
    const crowd = Crowd.begin(first, [...held, ...alone.map(([occurrence]) => occurrence)], moment)
    this.many = { crowd, incident: incidents.raise(crowd, moment) }
  }

  /** Those with an incident of their own. What is acknowledged is known, and no part of what is new. */
  private unacknowledged(): [Occurrence, OpenIncident][] {
    const alone: [Occurrence, OpenIncident][] = []
    for (const occurrence of this.parts.occurrences.ofRule(this.parts.rule_id)) {
      const incident = this.parts.incidents.of(this.fingerprintOf(occurrence))
      if (incident && !incident.acknowledgement) alone.push([occurrence, incident])
    }
    return alone
  }

  /** Few have been left for long: they are told one by one when they are over. */
  private part(moment: Moment): void {
    const { acknowledgement, id } = this.many?.incident ?? {}
    for (const occurrence of this.end(moment, 'parted')) {
      this.parts.incidents.raise(occurrence, moment, acknowledgement, id)
    }
  }

  /** Keeps the one timer as it has to be. */
  private schedule(): void {
    const isFew = this.many !== undefined && this.many.crowd.members.size * 2 < this.many_from
    const waitsFor = this.held.size > 0 ? 'others' : isFew ? 'parting' : undefined
    this.wait(this.isRunning ? waitsFor : undefined)
  }

  private wait(waitsFor: ManyAsOne['waitsFor']): void {
    if (waitsFor === this.waitsFor) return
    if (this.timer !== undefined) this.parts.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.waitsFor = waitsFor
    if (waitsFor === undefined) return
    const wait_ms = waitsFor === 'others' ? GATHERING_MS : PARTING_MS
    this.timer = this.parts.clock.setTimeout(() => this.wake(waitsFor), wait_ms)
  }

  private wake(waitsFor: 'others' | 'parting'): void {
    this.timer = this.waitsFor = undefined
    if (waitsFor === 'others') this.decide(momentOf(this.parts.clock))
    else this.part(momentOf(this.parts.clock))
    this.schedule()
  }

  private pendingOf({ device_id, alias }: Occurrence): Pending {
    return { rule_id: this.parts.rule_id, device_id, alias }
  }

  private fingerprintOf(occurrence: Occurrence): string {
    return fingerprintOf(this.parts.rule_id, occurrence.device_id)
  }
}
