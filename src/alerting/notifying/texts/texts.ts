import type { Calendar } from '../../../domain/calendar'
import type { Incident } from '../../incidents/incident'
import type { Rule } from '../../rules/rule'
import type { NotificationKind } from '../notification'

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
  _kind: NotificationKind,
  incident: Incident,
  rule: Rule,
  calendar: Calendar,
  wall_ms = incident.resolved_at ?? incident.raised_at + incident.duration_s * 1000,
): Texts {
  return { title: `${incident.alias}: ${rule.name}`, text: `since ${calendar.format(wall_ms)}` }
}
