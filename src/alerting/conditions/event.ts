import type { DeviceEvent } from '../../domain/event'
import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, HOLDS, HOLDS_NOT, type Json } from './condition'
import { savedAmount, savedField } from './saved-fields'

/** What events tell beyond those that all do. */
const FACTS = ['on', 'press', 'rotation_deg', 'previous_host', 'code', 'message'] as const
type Facts = NonNullable<Evidence['facts']>

/** With neither `hold_s` nor `until`, an event holds until it has been judged once. */
export class EventCondition implements Condition {
  due_ms = Infinity
  private readonly hold_ms: number
  /** NaN: it does not hold. */
  private happened_ms = NaN
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
      this.happened_ms = now_ms
      this.happened_at = wall_ms
      this.facts = factsOf(event)
    } else if (this.rule.until.includes(event.event)) {
      this.is_new = false
      this.happened_ms = NaN
    }
  }

  judge({ now_ms }: Moment): number {
    const until_ms = this.happened_ms + this.hold_ms
    const holds = this.is_new || now_ms < until_ms
    this.is_new = false
    if (!holds) this.happened_ms = NaN
    this.due_ms = holds ? Math.max(now_ms, until_ms) : Infinity
    return holds ? HOLDS : HOLDS_NOT
  }

  evidence(): Evidence {
    return { key: 'event', value: this.rule.event, facts: { happened_at: this.happened_at, ...this.facts } }
  }

  save({ now_ms }: Moment): Json | undefined {
    const { happened_ms, happened_at, facts } = this
    return Number.isNaN(happened_ms) ? undefined : { age_ms: now_ms - happened_ms, happened_at, ...facts }
  }

  restore(saved: Json, saved_ms: number): void {
    const age_ms = savedAmount(saved, 'age_ms')
    const happened_at = savedAmount(saved, 'happened_at')
    if (age_ms === undefined || happened_at === undefined) return
    this.happened_ms = saved_ms - age_ms
    this.happened_at = happened_at
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
