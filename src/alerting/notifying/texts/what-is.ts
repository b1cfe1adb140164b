import type { Evidence } from '../../conditions/condition'
import type { SimpleCondition } from '../../rules/rule'
import { formatDuration, formatExactly, formatMoney, measured, written } from './format'
import { amountOf, textOf, type Told, unitFor, valueOf } from './told'
import { eventWords, nounFor, stateOf, subjectAndVerb } from './words'

const PERIODS = { hour: "this hour's", day: "today's", month: "this month's" } as const

/** What is so, as a sentence without its full stop: `Washing machine draws 2,310 W, over 2,000 W since 14:05`. */
export function whatIs(told: Told): string {
  const { rule, evidence, alias } = told
  // A rule may take silence as what it watches for.
  if (evidence.key === 'silent_s') return silence(told)
  const { condition } = rule
  switch (condition.kind) {
    case 'all':
    case 'any':
      return joined(told)
    case 'above':
      return compared(told, 'over', condition.key, condition.value)
    case 'below':
      return compared(told, 'under', condition.key, condition.value)
    case 'outside':
      return outside(told, condition)
    case 'equal':
      return equal(told, condition)
    case 'changed':
      return changed(told, condition)
    case 'rate':
      return rate(told, condition)
    case 'stuck':
      return stuck(told, condition)
    case 'no_data':
      return silence(told)
    case 'offline':
      return `${alias} is offline ${told.times.since}`
    case 'event':
      return `${alias} ${eventWords(condition.event, evidence.facts?.on)}`
    case 'energy':
    case 'cost':
      return budget(told, condition)
    case 'finished':
      return finished(told)
    case 'on_too_long':
      return onTooLong(told, condition)
    case 'unexpected':
      return unexpected(told, condition)
    case 'percentile':
      return percentile(told, condition)
    case 'error_rate':
      return errorRate(told, condition)
    case 'backlog':
      return `${compared(told, 'over', condition.key, condition.above)}, and not getting less`
  }
}

function compared({ alias, evidence, times }: Told, side: string, key: string, limit: number): string {
  return `${nowAt(alias, key, evidence)} ${side} ${written(limit, unitFor(key, evidence))} ${times.since}`
}

function outside({ alias, evidence, times }: Told, { key, low, high }: SimpleCondition<'outside'>): string {
  const band = `${formatExactly(low)} to ${written(high, unitFor(key, evidence))}`
  return `${nowAt(alias, key, evidence)} outside ${band} ${times.since}`
}

/** `Heater draws 2,310 W,` or, where the value is not known, `Heater: power is`. */
function nowAt(alias: string, key: string, evidence: Evidence): string {
  const value = valueOf(evidence)
  return value === undefined ? `${alias}: ${nounFor(key)} is` : `${subjectAndVerb(alias, key)} ${value},`
}

function equal({ alias, evidence, times }: Told, { key, value, negate }: SimpleCondition<'equal'>): string {
  const state = stateOf(key, evidence.value)
  if (state !== undefined) return `${alias} ${state} ${times.since}`
  const is = valueOf(evidence) ?? (negate ? undefined : String(value))
  const not = negate ? `not ${String(value)}` : ''
  return `${alias}: ${nounFor(key)} is ${[is, not].filter(Boolean).join(', ')} ${times.since}`
}

function changed({ alias, evidence }: Told, { key }: SimpleCondition<'changed'>): string {
  const state = stateOf(key, evidence.value)
  if (state !== undefined) return `${alias} ${state} now`
  const previous = evidence.facts?.previous
  const before = valueOf({ ...evidence, ...(previous !== undefined && { value: previous }) })
  const from = previous === undefined || before === undefined ? '' : ` from ${before}`
  return `${alias}: ${nounFor(key)} has changed${from} to ${valueOf(evidence) ?? 'another value'}`
}

function rate({ alias, evidence }: Told, { key, by, within_s }: SimpleCondition<'rate'>): string {
  const change = amountOf(evidence, 'change') ?? by
  const direction = change < 0 ? 'fallen' : 'risen'
  const value = valueOf(evidence)
  const to = value === undefined ? '' : `, to ${value}`
  const size = measured(Math.abs(change), unitFor(key, evidence))
  return `${alias}: ${nounFor(key)} has ${direction} by ${size} within ${formatDuration(within_s)}${to}`
}

function stuck({ alias, evidence }: Told, { key, after_s }: SimpleCondition<'stuck'>): string {
  const value = valueOf(evidence)
  const at = value === undefined ? 'the same' : `at ${value}`
  return `${alias}: ${nounFor(key)} has stayed ${at} for ${formatDuration(amountOf(evidence, 'duration_s') ?? after_s)}`
}

function silence({ alias, evidence, times }: Told): string {
  const key = textOf(evidence, 'key')
  const heard_at = amountOf(evidence, 'heard_at')
  const silent_s = typeof evidence.value === 'number' ? evidence.value : times.lasted_s
  const since = heard_at === undefined ? `for ${formatDuration(silent_s)}` : `since ${times.at(heard_at)}`
  return `${alias} has sent ${key === undefined ? 'nothing' : `no ${nounFor(key)}`} ${since}`
}

/** `Heater has used 80 % of today's 5 kWh (4.02 kWh)` */
function budget({ alias, evidence, incident }: Told, condition: SimpleCondition<'energy' | 'cost'>): string {
  const step_pct = amountOf(evidence, 'step_pct') ?? condition.steps_pct[incident.level - 1] ?? 100
  const { period } = condition
  if (condition.kind === 'energy') {
    const used_kwh = amountOf(evidence, 'energy_kwh') ?? evidence.value
    const used = typeof used_kwh === 'number' ? ` (${measured(used_kwh, 'kWh')})` : ''
    return `${alias} has used ${step_pct} % of ${PERIODS[period]} ${written(condition.limit_kwh, 'kWh')}${used}`
  }
  const cost = amountOf(evidence, 'cost') ?? evidence.value
  const spent = typeof cost === 'number' ? ` (${formatMoney(cost, condition.currency)})` : ''
  return `${alias} has cost ${step_pct} % of ${PERIODS[period]} ${formatMoney(condition.limit, condition.currency)}${spent}`
}

function finished({ alias, evidence }: Told): string {
  const energy_kwh = amountOf(evidence, 'energy_kwh')
  const duration_s = amountOf(evidence, 'duration_s')
  if (energy_kwh === undefined || duration_s === undefined) return `${alias} has finished`
  return `${alias} has finished: ${measured(energy_kwh, 'kWh')} in ${formatDuration(duration_s)}`
}

function onTooLong({ alias, evidence, times }: Told, { after_s }: SimpleCondition<'on_too_long'>): string {
  const on_since = amountOf(evidence, 'on_since') ?? times.since_ms - after_s * 1000
  return `${alias} has been on since ${times.at(on_since)}, for more than ${formatDuration(after_s)}`
}

function unexpected({ alias, evidence, times }: Told, { state }: SimpleCondition<'unexpected'>): string {
  const switched_at = amountOf(evidence, 'switched_at') ?? times.since_ms
  return `${alias} was switched ${state} at ${times.at(switched_at)}`
}

function percentile(told: Told, { key, percentile, above }: SimpleCondition<'percentile'>): string {
  const { alias, evidence, times } = told
  const value = valueOf(evidence)
  const is = value === undefined ? 'is' : `is ${value},`
  return `${alias}: ${nounFor(key)} p${percentile} ${is} over ${written(above, unitFor(key, evidence))} ${times.since}`
}

function errorRate({ alias, evidence, times }: Told, { above_pct, window_s }: SimpleCondition<'error_rate'>): string {
  const share = valueOf({ ...evidence, unit: '%' }) ?? `more than ${above_pct} %`
  return `${alias}: ${share} of what came within ${formatDuration(window_s)} failed, over ${above_pct} % ${times.since}`
}

function joined({ alias, evidence, rule, times }: Told): string {
  const value = valueOf(evidence)
  const device = textOf(evidence, 'device')
  const of = device === undefined ? '' : `${device} `
  const detail = evidence.key === undefined || value === undefined ? '' : ` (${of}${nounFor(evidence.key)} ${value})`
  return `${alias}: ${rule.name === '' ? 'what the rule names is so' : rule.name} ${times.since}${detail}`
}
