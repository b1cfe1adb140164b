import { isSilence } from '../../conditions/silence-evidence'
import type { Incident } from '../../incidents/incident'
import type { NotificationKind } from '../notification'
import { amountOf } from './facts'
import { plainName } from './plain-text'
import { isMomentary, type Told } from './told'

/** Of rules without a name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['above', 'High value'],
  ['below', 'Low value'],
  ['outside', 'Out of range'],
  ['equal', 'State'],
  ['changed', 'Changed'],
  ['rate', 'Sudden change'],
  ['stuck', 'Stuck value'],
  ['no_data', 'No data'],
  ['offline', 'Offline'],
  ['event', 'Event'],
  ['energy', 'Energy'],
  ['cost', 'Cost'],
  ['finished', 'Finished'],
  ['on_too_long', 'On for long'],
  ['unexpected', 'Unexpected'],
  ['percentile', 'High value'],
  ['error_rate', 'Errors'],
  ['backlog', 'Backlog'],
])

/** `Washing machine: High power` */
export function titleOf(incident: Incident): string {
  const { alias, device_id, rule_name, kind } = incident
  const device = plainName(alias) || plainName(device_id)
  const name = nameOfRule(rule_name, kind)
  const whole = [name, ...detailOf(incident)].join(', ')
  return whole.toLowerCase().includes(device.toLowerCase()) ? whole : `${device}: ${whole}`
}

/** What the name of the rule does not say: `80 %`, or that there is nothing it could say that of. */
function detailOf({ kind, state, raised, latest }: Incident): string[] {
  if (kind !== 'no_data' && (isSilence(raised) || isSilence(latest))) return ['no data']
  const step_pct = amountOf(latest, 'step_pct')
  // At the end of one period it is that of the next.
  return step_pct === undefined || state === 'resolved' ? [] : [`${step_pct} %`]
}

export function nameOfRule(name: string, kind: string): string {
  return plainName(name) || (NAMES.get(kind) ?? 'Alert')
}

/** With what a notification says beyond that it is so. */
export function markedTitle(kind: NotificationKind, title: string, { incident, times }: Told): string {
  switch (kind) {
    case 'raised':
    case 'escalated':
    case 'flapping':
    case 'summary':
      if (incident.state === 'resolved') return `${title} (over)`
      return incident.flapping ? `${title} (comes and goes)` : title
    case 'reminder':
      return `${title} (${isMomentary(incident) ? `${times.duration} ago` : `for ${times.duration}`})`
    case 'acknowledged':
    case 'resolved':
      return `${title} (${kind})`
    case 'test':
      return `Test: ${title}`
  }
}
