import type { Calendar } from '../../../domain/calendar'
import { type Incident, MANY } from '../../incidents/incident'
import type { Rule } from '../../rules/rule'
import type { NotificationKind } from '../notification'
import { whatMany } from './many'
import { expanded } from './placeholders'
import { plainName, plainText, plainTitle } from './plain-text'
import { TellingTimes } from './telling-times'
import { markOf, titleOf } from './title'
import type { Told } from './told'
import { whatIs } from './what-is'
import { whatWas } from './what-was'

export interface Texts {
  /** One line. */
  readonly title: string
  readonly text: string
}

/**
 * What a person is told of one incident: by the rule's own templates, or in words that suit the condition.
 * @param wall_ms now; times of another day come with their date
 */
export function textsFor(
  kind: NotificationKind,
  incident: Incident,
  rule: Rule,
  calendar: Calendar,
  wall_ms = incident.resolved_at ?? incident.raised_at + incident.duration_s * 1000,
): Texts {
  const told: Told = {
    incident,
    rule,
    alias: plainName(incident.alias) || plainName(incident.device_id),
    times: new TellingTimes(incident, rule, calendar, wall_ms),
    evidence: incident.latest,
  }
  const title = rule.title === '' ? titleOf(incident) : expanded(rule.title, told)
  return { title: plainTitle(title + markOf(kind, told)), text: plainText(textOf(kind, told)) }
}

function textOf(kind: NotificationKind, told: Told): string {
  const { incident, times } = told
  switch (kind) {
    case 'raised':
    case 'escalated':
    case 'summary':
      return incident.state === 'resolved' ? overText(told) : openText(told)
    case 'resolved':
      return overText(told)
    case 'reminder':
      return `${openText(told)} That is ${times.duration} now.`
    case 'flapping':
      return `${openText(told)} It comes and goes; the next message is when it is steady.`
    case 'acknowledged': {
      const by = plainName(incident.acknowledged_by ?? '')
      return `Acknowledged${by === '' ? '' : ` by ${by}`}: ${openText(told)}`
    }
    case 'test':
      return `This is a test, nothing is wrong: ${openText(told)}`
  }
}

function openText(told: Told): string {
  if (told.rule.text !== '') return expanded(told.rule.text, told)
  return `${told.incident.device_id === MANY ? whatMany(told) : whatIs(told)}.`
}

function overText(told: Told): string {
  if (told.rule.resolved_text !== '') return expanded(told.rule.resolved_text, told)
  return `${told.incident.device_id === MANY ? whatMany(told) : whatWas(told)}.`
}
