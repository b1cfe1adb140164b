import type { Evidence } from '../conditions/condition'
import { isSilence } from '../conditions/silence-evidence'
import type { Rule } from '../rules/rule'
import type { Moment, Subject, Values } from '../watching/subject'
import { boundedEvidence, boundedName } from './bounded-evidence'
import type { ChangeName, Incident } from './incident'
import { measures, type Watched } from './watched'

/** What an incident tells of its rule. */
export type RuleFacts = Pick<Incident, 'rule_id' | 'rule_name' | 'kind' | 'severity' | 'labels'>

type Course = Pick<Incident, 'device_id' | 'alias' | 'flapping' | 'raised_at' | 'duration_s' | 'level'>
type Facts = Pick<Incident, 'raised' | 'latest' | 'highest' | 'lowest'>

/** What an occurrence tells, in the words of an incident. */
export type OccurrenceRecord = RuleFacts & Course & Facts & { readonly state: 'firing' | 'recovering' }

type Standing = Pick<OccurrenceRecord, 'state' | 'level' | 'flapping'>

/** What a watch goes on with after a restart. */
export type Raised = Standing & Pick<OccurrenceRecord, 'raised'>

interface Beginning {
  readonly device_id: string
  readonly raised_at: number
  /** By the monotonic clock; before its zero where it is older than that. */
  readonly began_ms: number
  readonly raised: Evidence
}

/**
 * One rule that holds on one subject, as long as it does: an incident of its own, or part of one, or waiting for which
 * of the two. It is changed in place, since samples come all the time.
 */
export class Occurrence {
  alias = ''
  state: 'firing' | 'recovering' = 'firing'
  flapping = false
  level = 1
  private followed: Watched | undefined
  /** The value of samples that is followed. */
  private key: string | undefined
  /** Samples have come since `latest`. */
  private isStale = false
  private latest: Evidence
  private highest: number | undefined
  private lowest: number | undefined

  private constructor(
    private readonly beginning: Beginning,
    public rule: RuleFacts,
  ) {
    this.latest = beginning.raised
  }

  static begin(watch: Watched, moment: Moment): Occurrence {
    const { rule, subject, level } = watch
    const raised = boundedEvidence(watch.evidence(moment))
    const beginning = { device_id: subject.id, raised_at: moment.wall_ms, began_ms: moment.now_ms, raised }
    const occurrence = new Occurrence(beginning, factsOf(rule))
    occurrence.level = level
    occurrence.note(raised)
    occurrence.follow(watch)
    return occurrence
  }

  /** @param ago_ms how long ago it was saved */
  static restore(record: OccurrenceRecord, now_ms: number, ago_ms: number): Occurrence {
    const { device_id, raised_at, duration_s, raised, rule_id, rule_name, kind, severity, labels } = record
    const beginning = { device_id, raised_at, began_ms: now_ms - duration_s * 1000 - ago_ms, raised }
    const occurrence = new Occurrence(beginning, { rule_id, rule_name, kind, severity, labels })
    occurrence.set(record)
    occurrence.alias = record.alias
    occurrence.latest = record.latest
    occurrence.highest = record.highest
    occurrence.lowest = record.lowest
    return occurrence
  }

  get device_id(): string {
    return this.beginning.device_id
  }

  get raised_at(): number {
    return this.beginning.raised_at
  }

  get began_ms(): number {
    return this.beginning.began_ms
  }

  get raised(): Evidence {
    return this.beginning.raised
  }

  get watch(): Watched | undefined {
    return this.followed
  }

  /** From here on this watch tells of it; its rule may have been edited meanwhile. */
  follow(watch: Watched): void {
    const { key } = this.beginning.raised
    this.followed = watch
    this.rule = factsOf(watch.rule)
    this.refreshAlias(watch.subject)
    this.key = key !== undefined && measures(watch.rule.condition, key) ? key : undefined
  }

  /** @returns whether that is a change */
  develop(change: ChangeName, level: number): boolean {
    if (change === 'recovering') return this.set({ state: 'recovering' })
    if (change === 'relapsed') return this.set({ state: 'firing' })
    // What is flapping counts as firing until it is steady.
    if (change === 'flapping') return this.set({ state: 'firing', flapping: true })
    if (change === 'steady') return this.set({ flapping: false })
    return change === 'escalated' && this.set({ level: Math.max(level, this.level) })
  }

  observe(values: Values): void {
    this.isStale = true
    if (this.key !== undefined) this.noteValue(values[this.key])
  }

  /** Asks what is true now. */
  refresh(moment: Moment): void {
    this.isStale = false
    if (!this.followed) return
    this.refreshAlias(this.followed.subject)
    this.latest = boundedEvidence(this.followed.evidence(moment))
    if (this.key === undefined) this.note(this.latest)
  }

  record(moment: Moment): OccurrenceRecord {
    if (this.isStale) this.refresh(moment)
    const { rule_id, rule_name, kind, severity, labels } = this.rule
    const { device_id, raised_at, raised } = this.beginning
    return {
      rule_id,
      rule_name,
      kind,
      severity,
      labels,
      device_id,
      alias: this.alias,
      state: this.state,
      flapping: this.flapping,
      raised_at,
      duration_s: secondsSince(this.beginning.began_ms, moment),
      level: this.level,
      raised,
      latest: this.latest,
      ...(this.highest !== undefined && { highest: this.highest }),
      ...(this.lowest !== undefined && { lowest: this.lowest }),
    }
  }

  /** After a restart a subject has only its id until it is heard of. */
  private refreshAlias({ id, alias }: Subject): void {
    if (this.alias === '' || alias !== id) this.alias = boundedName(alias)
  }

  private set({ state = this.state, flapping = this.flapping, level = this.level }: Partial<Standing>): boolean {
    const isNew = state !== this.state || flapping !== this.flapping || level !== this.level
    this.state = state
    this.flapping = flapping
    this.level = level
    return isNew
  }

  /** How long nothing was heard is no value, and what comes after that is none of what was wrong. */
  private note(evidence: Evidence): void {
    if (!isSilence(evidence) && !isSilence(this.raised)) this.noteValue(evidence.value)
  }

  private noteValue(value: unknown): void {
    if (typeof value !== 'number' || !Number.isFinite(value)) return
    if (this.highest === undefined || value > this.highest) this.highest = value
    if (this.lowest === undefined || value < this.lowest) this.lowest = value
  }
}

export function secondsSince(began_ms: number, moment: Moment): number {
  return Math.max(0, Math.round(moment.now_ms - began_ms)) / 1000
}

function factsOf({ id, name, condition, severity, labels }: Rule): RuleFacts {
  return { rule_id: id, rule_name: name, kind: condition.kind, severity, labels: Object.freeze({ ...labels }) }
}
