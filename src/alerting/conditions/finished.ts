import type { SimpleCondition } from '../rules/rule'
import type { Moment } from '../watching/subject'
import { type Condition, type ConditionContext, type Evidence, type Json, UNKNOWN } from './condition'

export class FinishedCondition implements Condition {
  readonly due_ms = Infinity

  constructor(
    readonly rule: SimpleCondition<'finished'>,
    readonly context: ConditionContext,
  ) {}

  take(_moment: Moment): void {}

  judge(_moment: Moment, _raised: boolean): number {
    return UNKNOWN
  }

  evidence(_moment: Moment): Evidence {
    return {}
  }

  save(): Json | undefined {
    return undefined
  }

  restore(_saved: Json, _moment: Moment): void {}
}
