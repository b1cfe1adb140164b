import type { EndReason } from '../../incidents/incident'
import { isUnheard } from './facts'
import { measured } from './format'
import { nameOf, type Told, valueOf } from './told'
import { nounFor, stateOf, subjectFor } from './words'

const REASONS: Readonly<Record<EndReason, string>> = {
  rule_removed: 'the rule was removed',
  rule_disabled: 'the rule was switched off',
  device_removed: 'the device was removed',
  no_data: 'nothing is heard of it any more',
  joined: 'it is part of an alert of many devices',
  parted: 'few are left, which have alerts of their own',
}

/** That it is over, as a sentence without its full stop: `Heater is back to 180 W after 12 min (highest 2,540 W)`. */
export function whatWas(told: Told): string {
  const { alias, evidence, incident, rule, times } = told
  if (incident.ended_by !== undefined) return `${nameOf(told)} has ended, because ${REASONS[incident.ended_by]}`
  const after = `after ${times.duration}`
  if (isUnheard(incident.raised)) return `${alias} sends again ${after}`
  const { condition } = rule
  switch (condition.kind) {
    case 'above':
    case 'below':
    case 'outside':
    case 'backlog':
      return backTo(told, condition.key)
    case 'percentile':
      return `${alias}: ${nounFor(condition.key)} p${condition.percentile} is back to ${valueOf(evidence) ?? 'normal'} ${after}${extreme(told)}`
    case 'equal': {
      const state = stateOf(condition.key, evidence.value)
      return state === undefined ? backTo(told, condition.key) : `Over ${after}: ${alias} ${state}`
    }
    case 'no_data':
      return `${alias} sends again ${after}`
    case 'offline':
      return `${alias} is back online ${after}`
    case 'energy':
    case 'cost':
      return `A new ${condition.period} has begun for ${alias}`
    case 'finished':
      return `${alias} has begun another run`
    case 'on_too_long':
      return `${alias} is off now, ${after}`
    case 'unexpected':
      return `${alias} was switched ${condition.state === 'on' ? 'off' : 'on'} again ${after}`
    case 'all':
    case 'any':
    case 'changed':
    case 'rate':
    case 'stuck':
    case 'event':
    case 'error_rate':
      return `${nameOf(told)} is over ${after}`
  }
}

function backTo(told: Told, key: string): string {
  const { alias, evidence, times } = told
  return `${subjectFor(alias, key)} is back to ${valueOf(evidence) ?? 'normal'} after ${times.duration}${extreme(told)}`
}

/** How far it went. */
function extreme({ incident, evidence, rule }: Told): string {
  const { highest, lowest, raised } = incident
  const isLow =
    typeof raised.value === 'number' && typeof raised.threshold === 'number' && raised.value < raised.threshold
  if (rule.condition.kind === 'below' || isLow) {
    return lowest === undefined ? '' : ` (lowest ${measured(lowest, evidence.unit)})`
  }
  return highest === undefined ? '' : ` (highest ${measured(highest, evidence.unit)})`
}
