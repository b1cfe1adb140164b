import { randomUUID } from 'node:crypto'
import type { Calendar } from '../../domain/calendar'
import type { Incident } from '../incidents/incident'
import { type Rule, SEVERITIES } from '../rules/rule'
import { MOST_INCIDENTS, type Notification, type NotificationKind } from './notification'
import type { Telling } from './telling'
import { summaryOf } from './texts/summary'
import { type Texts, textsFor } from './texts/texts'

export interface Composing {
  readonly calendar: Calendar
  readonly ruleOf: (rule_id: string) => Rule | undefined
  readonly now: number
}

/**
 * One notification of the news of several incidents, which are told by it.
 * @param uncounted how many more there are that nobody can name
 */
export function compose(tellings: readonly Telling[], uncounted: number, composing: Composing): Notification {
  const sorted = [...tellings].sort(byGravity)
  const incidents = sorted.slice(0, MOST_INCIDENTS).map(asTold)
  const more = sorted.length - incidents.length + uncounted
  const [first] = sorted
  const kind = kindOf(tellings)
  return {
    id: randomUUID(),
    kind,
    severity: first?.incident.severity ?? 'info',
    ...textsOf(kind, incidents, more, composing),
    timestamp: composing.now,
    incidents,
    more,
  }
}

function textsOf(kind: NotificationKind, incidents: readonly Incident[], more: number, composing: Composing): Texts {
  const { calendar, ruleOf, now } = composing
  const [first] = incidents
  const rule = first && ruleOf(first.rule_id)
  const areSeveral = incidents.length > 1 || more > 0
  if (areSeveral || first === undefined || rule === undefined) return summaryOf(incidents, more, calendar, now)
  return textsFor(kind, first, rule, calendar, now)
}

function kindOf(tellings: readonly Telling[]): NotificationKind {
  const kinds = new Set(tellings.map(kindOfOne))
  const [kind = 'summary'] = kinds
  return kinds.size === 1 ? kind : 'summary'
}

/** What came and went before it could be told is neither raised nor resolved to those who hear of it. */
function kindOfOne({ news, cameAndWent }: Telling): NotificationKind {
  return news === undefined || cameAndWent ? 'summary' : news
}

function asTold({ incident, reminders, news }: Telling): Incident {
  return { ...incident, reminders: news === 'reminder' ? reminders + 1 : reminders }
}

/** Gravest first; of those, what is still so; then what began first. */
function byGravity(one: Telling, other: Telling): number {
  const gravity = gravityOf(other) - gravityOf(one)
  return gravity || Number(other.isOpen) - Number(one.isOpen) || one.incident.raised_at - other.incident.raised_at
}

function gravityOf({ incident }: Telling): number {
  return SEVERITIES.indexOf(incident.severity)
}
