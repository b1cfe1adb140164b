import type { Incident } from '../../incidents/incident'
import type { NotificationKind } from '../notification'
import { plainName } from './plain-text'
import { amountOf, type Told } from './told'

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
export function titleOf({ alias, device_id, rule_name, kind, latest }: Incident): string {
  const device = plainName(alias) || plainName(device_id)
  const name = nameOfRule(rule_name, kind)
  const step_pct = amountOf(latest, 'step_pct')
  const whole = step_pct === undefined ? name : `${name}, ${step_pct} %`
  return whole.toLowerCase().includes(device.toLowerCase()) ? whole : `${device}: ${whole}`
}

export function nameOfRule(name: string, kind: string): string {
  return plainName(name) || (NAMES.get(kind) ?? 'Alert')
}

/** What a notification says beyond that it is so. */
export function markOf(kind: NotificationKind, { times }: Told): string {
  switch (kind) {
    case 'raised':
    case 'escalated':
    case 'summary':
      return ''
    case 'flapping':
      return ' (comes and goes)'
    case 'reminder':
      return ` (for ${times.duration})`
    case 'acknowledged':
    case 'resolved':
    case 'test':
      return ` (${kind})`
  }
}
