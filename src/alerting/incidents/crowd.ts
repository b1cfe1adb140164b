import type { Evidence } from '../conditions/condition'
import type { Moment } from '../watching/subject'
import { type Incident, MANY, MOST_NAMED } from './incident'
import { type Occurrence, type OccurrenceRecord, type RuleFacts, secondsSince } from './occurrence'

type CrowdRecord = OccurrenceRecord & Required<Pick<Incident, 'members' | 'left'>>

/** Occurrences of one rule that are one incident. */
export class Crowd {
  readonly device_id = MANY
  readonly state = 'firing'
  readonly members = new Map<string, Occurrence>()
  /** The highest that a member has had. */
  level = 1
  /** Aliases of those that are over, by id. */
  private readonly left = new Map<string, string>()

  private constructor(
    private facts: RuleFacts,
    private readonly raised_at: number,
    private readonly began_ms: number,
    private raised: Evidence,
  ) {}

  /** @param first since when there is one */
  static begin(first: Occurrence, others: Iterable<Occurrence>, moment: Moment): Crowd {
    const { raised } = first.record(moment)
    const crowd = new Crowd(first.rule, first.raised_at, first.began_ms, raised)
    crowd.add(first)
    for (const occurrence of others) crowd.add(occurrence)
    crowd.raised = crowd.counted()
    return crowd
  }

  /** @param ago_ms how long ago it was saved */
  static restore(incident: Incident, members: Iterable<Occurrence>, now_ms: number, ago_ms: number): Crowd {
    const { rule_id, rule_name, kind, severity, labels, raised_at, duration_s, raised, level, left = {} } = incident
    const began_ms = now_ms - duration_s * 1000 - ago_ms
    const crowd = new Crowd({ rule_id, rule_name, kind, severity, labels }, raised_at, began_ms, raised)
    crowd.level = level
    for (const [device_id, alias] of Object.entries(left)) crowd.left.set(device_id, alias)
    for (const occurrence of members) crowd.add(occurrence)
    return crowd
  }

  get rule(): RuleFacts {
    return this.facts
  }

  get alias(): string {
    const count = this.members.size || this.left.size
    return count === 1 ? '1 device' : `${count} devices`
  }

  add(occurrence: Occurrence): void {
    this.members.set(occurrence.device_id, occurrence)
    this.left.delete(occurrence.device_id)
    this.facts = occurrence.rule
    this.level = Math.max(this.level, occurrence.level)
  }

  remove({ device_id, alias }: Occurrence): void {
    if (this.members.delete(device_id)) this.left.set(device_id, alias)
  }

  record(moment: Moment): CrowdRecord {
    const { device_id, alias, state, raised_at, level, raised } = this
    return {
      ...this.facts,
      ...{ device_id, alias, state, flapping: false, raised_at, level, raised },
      duration_s: secondsSince(this.began_ms, moment),
      latest: this.counted(),
      members: named(this.members, ({ alias }) => alias),
      left: named(this.left, (alias) => alias),
    }
  }

  /** What is the same for all, and how many they are. */
  private counted(): Evidence {
    const { key, unit, threshold } = this.raised
    return Object.freeze({
      ...(key !== undefined && { key }),
      ...(unit !== undefined && { unit }),
      ...(threshold !== undefined && { threshold }),
      facts: Object.freeze({ devices: this.members.size }),
    })
  }
}

/** Aliases by id. */
function named<Of>(devices: ReadonlyMap<string, Of>, aliasOf: (of: Of) => string): Readonly<Record<string, string>> {
  const aliases: [string, string][] = []
  for (const [device_id, of] of devices) {
    if (aliases.length === MOST_NAMED) break
    aliases.push([device_id, aliasOf(of)])
  }
  return Object.freeze(Object.fromEntries(aliases))
}
