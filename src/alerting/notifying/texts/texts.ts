import type { Calendar } from '../../../domain/calendar'
import type { Evidence } from '../../conditions/condition'
import { type Incident, MANY } from '../../incidents/incident'
import type { Rule } from '../../rules/rule'
import type { NotificationKind } from '../notification'
import { isUnheard } from './facts'
import { whatMany } from './many'
import { expanded } from './placeholders'
import { plainName, plainText, plainTitle } from './plain-text'
import { TellingTimes } from './telling-times'
import { markedTitle, titleOf } from './title'
import { isMomentary, type Told } from './told'
import { whatIs } from './what-is'
import { whatWas } from './what-was'
import { whatFlaps, whatPauses } from './what-wavers'

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
  const isOwn = rule.title !== '' && !isUnforeseen(incident.raised, rule) && !isUnforeseen(incident.latest, rule)
  const title = isOwn ? expanded(rule.title, told) : titleOf(incident)
  return { title: plainTitle(markedTitle(kind, title, told)), text: plainText(textOf(kind, told)) }
}

function textOf(kind: NotificationKind, told: Told): string {
  const { incident, times } = told
  switch (kind) {
    case 'raised':
    case 'escalated':
    case 'flapping':
    case 'summary':
      return incident.state === 'resolved' ? overText(told) : openText(told)
    case 'resolved':
      return overText(told)
    case 'reminder':
      return `${openText(told)} ${isMomentary(incident) ? `That was ${times.duration} ago` : `That is ${times.duration} now`}.`
    case 'acknowledged': {
      const by = plainName(incident.acknowledged_by ?? '')
      return `Acknowledged${by === '' ? '' : ` by ${by}`}: ${openText(told)}`
    }
    case 'test':
      return `This is a test, nothing is wrong: ${openText(told)}`
  }
}

function openText(told: Told): string {
  const { incident, rule } = told
  if (incident.flapping) return `${whatFlaps(told)}.`
  if (incident.state === 'recovering') return `${whatPauses(told)}.`
  if (rule.text !== '' && !isUnforeseen(incident.latest, rule)) return expanded(rule.text, told)
  return `${incident.device_id === MANY ? whatMany(told) : whatIs(told)}.`
}

function overText(told: Told): string {
  const { incident, rule, times } = told
  if (rule.resolved_text !== '' && !isUnforeseen(incident.raised, rule)) return expanded(rule.resolved_text, told)
  const { device_id, resolved_at } = incident
  const when = resolved_at !== undefined && times.isLate(resolved_at) ? ` That was at ${times.at(resolved_at)}.` : ''
  return `${device_id === MANY ? whatMany(told) : whatWas(told)}.${when}`
}

/** The words of a rule are about what it looks at, and not about silence. */
function isUnforeseen(evidence: Evidence, { condition }: Rule): boolean {
  return condition.kind !== 'no_data' && isUnheard(evidence)
}
