import { randomUUID } from 'node:crypto'
import type { Calendar } from '../../domain/calendar'
import type { Incident } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import type { Notification } from './notification'
import { type Texts, textsFor } from './texts/texts'

/** A notification that says that it is a test, as a rule would make it, or of no rule. */
export function testOf(rule: Rule | undefined, calendar: Calendar, now: number): Notification {
  const incident = rule && sampleOf(rule, now)
  const { title, text } = rule && incident ? textsFor('test', incident, rule, calendar, now) : PLAIN
  return {
    id: randomUUID(),
    kind: 'test',
    severity: rule?.severity ?? 'info',
    title,
    text,
    timestamp: now,
    incidents: incident ? [incident] : [],
    more: 0,
  }
}

const PLAIN: Texts = { title: 'Test', text: 'Alerts reach you. Nothing is wrong: this is a test.' }

function sampleOf(rule: Rule, now: number): Incident {
  return {
    id: `${rule.id}/test`,
    rule_id: rule.id,
    rule_name: rule.name,
    kind: rule.condition.kind,
    device_id: 'test',
    alias: 'Device',
    severity: rule.severity,
    labels: rule.labels,
    state: 'firing',
    flapping: false,
    raised_at: now,
    duration_s: 0,
    reminders: 0,
    level: 1,
    raised: {},
    latest: {},
  }
}
