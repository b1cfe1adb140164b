import type { Evidence } from '../../../../src/alerting/conditions/condition'
import type { Incident } from '../../../../src/alerting/incidents/incident'
import type { NotificationKind } from '../../../../src/alerting/notifying/notification'
import { type Texts, textsFor } from '../../../../src/alerting/notifying/texts/texts'
import { parseRules } from '../../../../src/alerting/rules/parse-rules'
import type { Rule } from '../../../../src/alerting/rules/rule'
import { createCalendar } from '../../../../src/domain/local-calendar'

export const calendar = createCalendar('Europe/Berlin')

/** 14:05 on a Saturday. */
export const RAISED_AT = Date.UTC(2026, 10, 21, 13, 5)
export const MINUTE_MS = 60_000

export function ruleOf(given: object): Rule {
  const [rule] = parseRules([{ name: 'High power', ...given }])
  if (rule === undefined) throw new Error('There is no rule.')
  return rule
}

/** One that has just been raised. */
export function incidentOf(rule: Rule, evidence: Evidence, changes: Partial<Incident> = {}): Incident {
  return {
    id: `${rule.id}/1`,
    rule_id: rule.id,
    rule_name: rule.name,
    kind: rule.condition.kind,
    device_id: '8006AB',
    alias: 'Heater',
    severity: rule.severity,
    labels: rule.labels,
    state: 'firing',
    flapping: false,
    raised_at: RAISED_AT,
    duration_s: 0,
    reminders: 0,
    level: 1,
    raised: evidence,
    latest: evidence,
    ...changes,
  }
}

export interface Scene {
  readonly rule: object
  readonly evidence?: Evidence
  readonly kind?: NotificationKind
  /** Beyond what a fresh incident has. */
  readonly incident?: Partial<Incident>
  /** Now, in minutes after it was raised. */
  readonly after_min?: number
}

export function textsIn({ rule: given, evidence = {}, kind = 'raised', incident, after_min = 0 }: Scene): Texts {
  const rule = ruleOf(given)
  return textsFor(kind, incidentOf(rule, evidence, incident), rule, calendar, RAISED_AT + after_min * MINUTE_MS)
}

/** It is over `minutes` after it was raised. */
export function over(minutes: number, changes: Partial<Incident> = {}): Partial<Incident> {
  return { state: 'resolved', duration_s: minutes * 60, resolved_at: RAISED_AT + minutes * MINUTE_MS, ...changes }
}
