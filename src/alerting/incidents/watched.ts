import type { Evidence } from '../conditions/condition'
import type { ConditionKind, ConditionRule, Rule } from '../rules/rule'
import type { Moment, Subject } from '../watching/subject'

/** What the book of incidents asks of a watch. */
export interface Watched {
  readonly rule: Rule
  readonly subject: Subject
  /** How many steps of several are reached; 1 where there is but one. */
  readonly level: number
  evidence(moment: Moment): Evidence
}

/** Those that compare the value of a sample as it is. */
const MEASURING: ReadonlySet<ConditionKind> = new Set(['above', 'below', 'outside', 'backlog'])

/** Whether `key` of a sample is what the rule looks at; what else evidence tells has been made of several samples. */
export function measures(rule: ConditionRule, key: string): boolean {
  if ('conditions' in rule) return rule.conditions.some((condition) => measures(condition, key))
  return MEASURING.has(rule.kind) && rule.device === undefined && 'key' in rule && rule.key === key
}
