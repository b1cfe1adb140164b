import type { DeviceEvent } from '../../domain/event'
import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json } from './condition'
import { elapsedSince, savedAmount, savedField } from './saved-fields'

/** What events tell beyond those that all do. */
const FACTS = ['on', 'press', 'rotation_deg', 'previous_host', 'code', 'message'] as const
type Facts = NonNullable<Evidence['facts']>

/** With neither `hold_s` nor `until`, an event holds until it has been judged once. */
export class EventCondition implements Condition {
  due_ms = Infinity
  private readonly hold_ms: number
  private until_ms = -Infinity
  /** It has not been judged since. */
  private is_new = false
  private happened_at = 0
  private facts: Facts = {}

  constructor(
    private readonly rule: SimpleCondition<'event'>,
    _context: ConditionContext,
  ) {
    this.hold_ms = rule.hold_s === 0 && rule.until.length > 0 ? Infinity : rule.hold_s * 1000
  }

  take({ event, now_ms, wall_ms }: Moment): void {
    if (event === undefined) return
    if (event.event === this.rule.event) {
      this.is_new = true
      this.until_ms = now_ms + this.hold_ms
      this.happened_at = wall_ms
      this.facts = factsOf(event)
    } else if (this.rule.until.includes(event.event)) {
      this.is_new = false
      this.until_ms = -Infinity
    }
  }

  judge({ now_ms }: Moment): number {
    const holds = this.is_new || now_ms < this.until_ms
    this.is_new = false
    if (!holds) this.until_ms = -Infinity
    this.due_ms = holds ? Math.max(now_ms, this.until_ms) : Infinity
    return holds ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    return { key: 'event', value: this.rule.event, facts: { happened_at: this.happened_at, ...this.facts } }
  }

  save(): Json | undefined {
    return this.until_ms === -Infinity ? undefined : { happened_at: this.happened_at, ...this.facts }
  }

  restore(saved: Json, { now_ms, wall_ms }: Moment): void {
    const happened_at = savedAmount(saved, 'happened_at')
    if (happened_at === undefined) return
    this.happened_at = happened_at
    this.until_ms = now_ms - elapsedSince(happened_at, wall_ms) + this.hold_ms
    this.facts = pickFacts((name) => savedField(saved, name))
  }
}

function factsOf(event: DeviceEvent): Facts {
  return pickFacts((name) => event[name])
}

function pickFacts(valueOf: (name: (typeof FACTS)[number]) => unknown): Facts {
  const entries = FACTS.map((name) => [name, valueOf(name)] as const)
  return Object.fromEntries(
    entries.filter((entry): entry is [(typeof FACTS)[number], Facts[string]] => isFact(entry[1])),
  )
}

function isFact(value: unknown): value is Facts[string] {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
}
