import type { ConditionKind, JoinedCondition as JoinedRule } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'
import { type Condition, type Evidence, HOLDS, HOLDS_NOT, type Json, UNKNOWN } from './condition'
import type { Value } from './known-value'
import { savedField } from './saved-fields'

/** One of the conditions that are joined. */
export interface JoinedPart {
  readonly kind: ConditionKind
  readonly condition: Condition
  /** The only one of which it hears; undefined: it hears of all, as another joined one does. */
  readonly subject: Subject | undefined
  /** By which the rule names its subject, where that is not the rule's own. */
  readonly device: string | undefined
}

/** Where one part decides, what cannot be told of the others does not matter. */
export class JoinedCondition implements Condition {
  due_ms = Infinity
  /** Which verdict of one part is that of all. */
  private readonly deciding: number
  /** Each for itself: what did not hold is not raised, though another part has raised an incident. */
  private readonly held: boolean[]
  private decisive = 0

  constructor(
    kind: JoinedRule['kind'],
    private readonly parts: readonly JoinedPart[],
  ) {
    this.deciding = kind === 'all' ? HOLDS_NOT : HOLDS
    // After a restart nobody knows which of them it was that held.
    this.held = parts.map(() => true)
  }

  take(moment: Moment): void {
    for (const { subject, condition } of this.parts) {
      if (subject === undefined || subject === moment.from) condition.take(moment)
    }
  }

  judge(moment: Moment, raised: boolean): number {
    let verdict = this.deciding === HOLDS ? HOLDS_NOT : HOLDS
    this.decisive = 0
    this.due_ms = Infinity
    // Every one is judged, since some hold for one judgement only.
    for (let index = 0; index < this.parts.length; index++) {
      const one = this.judgePart(index, moment, raised)
      if (verdict === this.deciding) continue
      if (one === this.deciding || (one === UNKNOWN && verdict !== UNKNOWN)) {
        verdict = one
        this.decisive = index
      }
    }
    return verdict
  }

  /** That of the first part that has decided, with what is known of the others as facts. */
  evidence(moment: Moment): Evidence {
    const part = this.parts[this.decisive]
    if (part === undefined) return {}
    const evidence = part.condition.evidence(moment)
    const facts = new Map(Object.entries(evidence.facts ?? {}))
    if (part.device !== undefined) facts.set('device', part.device)
    for (const other of this.parts) {
      if (other === part) continue
      for (const [name, value] of factsOf(other, moment)) {
        // What several tell under one name is that of the first.
        if (name !== evidence.key && !facts.has(name)) facts.set(name, value)
      }
    }
    return facts.size === 0 ? evidence : { ...evidence, facts: Object.fromEntries(facts) }
  }

  save(moment: Moment): Json | undefined {
    const saved = this.parts.map(({ kind, condition }) => ({ kind, state: condition.save(moment) ?? null }))
    return saved.some(({ state }) => state !== null) ? saved : undefined
  }

  restore(saved: Json, saved_ms: number): void {
    if (!Array.isArray(saved)) return
    this.parts.forEach(({ kind, condition }, index) => {
      const one = (saved[index] ?? null) as Json
      const state = savedField(one, 'state') as Json | undefined
      if (state !== undefined && state !== null && savedField(one, 'kind') === kind) condition.restore(state, saved_ms)
    })
  }

  private judgePart(index: number, moment: Moment, raised: boolean): number {
    const { condition } = this.parts[index] as JoinedPart
    const verdict = condition.judge(moment, raised && this.held[index] === true)
    this.due_ms = Math.min(this.due_ms, condition.due_ms)
    if (verdict === UNKNOWN) return UNKNOWN
    this.held[index] = verdict !== HOLDS_NOT
    return Math.min(verdict, HOLDS)
  }
}

function factsOf({ condition, device }: JoinedPart, moment: Moment): [string, Value][] {
  const { key, value, facts = {} } = condition.evidence(moment)
  const told = Object.entries(facts)
  if (key !== undefined && value !== undefined) told.unshift([key, value])
  return device === undefined ? told : told.map(([name, fact]) => [`${device}.${name}`, fact])
}
