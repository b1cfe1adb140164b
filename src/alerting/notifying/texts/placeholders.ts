import { expand, type Placeholder } from '../../rules/templates'
import { amountOf, textOf } from './facts'
import { formatExactly, formatList, formatNumber } from './format'
import { membersOf } from './many'
import { plainName } from './plain-text'
import { nameOfRule } from './title'
import type { Told } from './told'

const MOST_NAMED = 50

/** The template of a rule with what is known; what is not known is left blank. */
export function expanded(template: string, told: Told): string {
  return expand(template, (name) => contentOf(name, told), told.rule.labels)
}

function contentOf(name: Placeholder, told: Told): string {
  const { incident, rule, alias, evidence, times } = told
  switch (name) {
    case 'name':
      return alias
    case 'device_id':
      return plainName(incident.device_id)
    case 'rule':
      return nameOfRule(rule.name, rule.condition.kind)
    case 'severity':
      return incident.severity
    case 'value':
      return measured(evidence.value, evidence.unit)
    case 'unit':
      return evidence.unit ?? ''
    case 'threshold':
      return written(evidence.threshold)
    case 'highest':
      return measured(incident.highest, evidence.unit)
    case 'lowest':
      return measured(incident.lowest, evidence.unit)
    case 'since':
      return times.at(times.since_ms)
    case 'duration':
      return times.duration
    case 'members': {
      const names = membersOf(incident.members)
      return formatList(names, Math.max(names.length, amountOf(evidence, 'devices') ?? 0), MOST_NAMED)
    }
    case 'acknowledged_by':
      return plainName(incident.acknowledged_by ?? '')
    case 'currency':
      return 'currency' in rule.condition ? plainName(rule.condition.currency) : ''
    case 'limit':
      return 'limit' in rule.condition ? formatExactly(rule.condition.limit) : ''
    case 'limit_kwh':
      return 'limit_kwh' in rule.condition ? formatExactly(rule.condition.limit_kwh) : ''
    case 'energy_kwh':
    case 'duration_s':
    case 'cost':
    case 'step_pct':
    case 'used_pct':
      return measured(amountOf(evidence, name), undefined) || (textOf(evidence, name) ?? '')
  }
}

function measured(value: number | boolean | string | undefined, unit: string | undefined): string {
  return typeof value === 'number' ? formatNumber(value, unit) : plainName(String(value ?? ''))
}

function written(value: number | boolean | string | undefined): string {
  return typeof value === 'number' ? formatExactly(value) : plainName(String(value ?? ''))
}
