import type { EndReason, Incident } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import type { Outbox } from './outbox'
import type { Silences } from './silences'
import type { News, Telling } from './telling'

export interface EndNewsParts {
  readonly ruleOf: (rule_id: string) => Rule | undefined
  readonly silences: Silences
  readonly outbox: Outbox
}

/** Ends that a person has brought about, or after which another incident goes on. */
const NO_NEWS: ReadonlySet<EndReason | undefined> = new Set([
  'rule_removed',
  'rule_disabled',
  'device_removed',
  'joined',
  'parted',
])

/** What of an incident is to be told that ends as `incident`; undefined: nothing. */
export function newsOfEnd(telling: Telling, incident: Incident, parts: EndNewsParts): News | undefined {
  if (NO_NEWS.has(incident.ended_by) || parts.silences.covers(incident)) return undefined
  if (telling.told && isEndNews(telling, parts)) return 'resolved'
  const { news } = telling
  if (news !== 'raised' && news !== 'escalated') return undefined
  // Over before its group has left: nobody needs to hear of it, but of what is over by its nature.
  const isWorthIt = telling.isCritical || telling.isMomentary || parts.outbox.isHeld(telling)
  return isWorthIt ? news : undefined
}

function isEndNews({ incident, isMomentary }: Telling, { ruleOf }: EndNewsParts): boolean {
  const notify = ruleOf(incident.rule_id)?.notify_resolved ?? 'auto'
  return notify === 'auto' ? !isMomentary : notify === 'always'
}
