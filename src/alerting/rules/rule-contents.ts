import { CONDITION_FIELDS } from './condition-fields'
import type { Field, Fields } from './fields'
import { type ConditionRule, type JoinedCondition, type Rule, RULE_FIELDS, type SimpleKind } from './rule'
import { CONDITION_DEVICE } from './rule-schema'

type Given = Readonly<Record<string, unknown>>

/** A rule of its own of one that has been checked, with its defaults: nothing of what was given is kept. */
export function ruleOf(given: Given, id: string): Rule {
  return { id, ...contentsOf(RULE_FIELDS, given), condition: conditionOf(given.condition as Given) } as Rule
}

function conditionOf(given: Given): ConditionRule {
  if (isJoined(given)) return { kind: given.kind, conditions: given.conditions.map((one) => conditionOf(one as Given)) }
  const kind = given.kind as SimpleKind
  const fields: Fields = { ...CONDITION_FIELDS[kind], device: CONDITION_DEVICE }
  return { kind, ...contentsOf(fields, given) } as ConditionRule
}

function isJoined(given: Given): given is Given & JoinedCondition {
  return given.kind === 'all' || given.kind === 'any'
}

function contentsOf(fields: Fields, given: Given): object {
  const contents: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, key) && !isBlank(field, given[key]) ? given[key] : defaultOf(field)
    if (value !== undefined) contents[key] = copyOf(value)
  }
  return contents
}

/** A form knows no other way to say that an optional text is not there. */
function isBlank(field: Field, value: unknown): boolean {
  return value === undefined || ('optional' in field && value === '')
}

/** A list of texts or numbers, names with texts, or neither. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice() as unknown
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : value
}

function defaultOf(field: Field): unknown {
  return 'default' in field ? field.default : undefined
}
