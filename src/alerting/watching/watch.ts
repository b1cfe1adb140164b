import type { Condition, Json } from '../conditions/condition'
import type { AlertState, EndReason } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import type { Moment, Subject } from './subject'
import type { WatchListener } from './watch-listener'

export interface WatchParts {
  readonly rule: Rule
  readonly subject: Subject
  readonly condition: Condition
  readonly listener: WatchListener
}

/** One rule on one subject: asks its condition, and tells what becomes of the answer. */
export class Watch {
  readonly rule: Rule
  readonly subject: Subject
  readonly condition: Condition
  state: AlertState = 'normal'
  /** How many steps of several are reached; 1 where there is but one. */
  level = 0
  /** It comes and goes so often that it stays raised until it is steady. */
  flapping = false
  /** When to wake it, by the monotonic clock; Infinity: never. */
  due_ms = Infinity

  constructor(private readonly parts: WatchParts) {
    this.rule = parts.rule
    this.subject = parts.subject
    this.condition = parts.condition
  }

  /** A sample or an event of a subject that the condition is made for. */
  take(moment: Moment): void {
    this.parts.listener.observed(this, moment)
  }

  /** Time has passed. */
  wake(_moment: Moment): void {}

  /** What is raised or pending is over, whatever the condition says. */
  end(_reason: EndReason): void {
    this.state = 'normal'
  }

  save(): Json | undefined {
    return undefined
  }
}
