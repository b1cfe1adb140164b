import type { Period } from '../../../domain/calendar'
import type { Evidence } from '../../conditions/condition'
import type { SimpleCondition } from '../../rules/rule'
import { amountOf, isUnheard, textOf } from './facts'
import { formatDuration, formatExactly, formatMoney, measured, written } from './format'
import { type Told, unitFor, valueOf } from './told'
import type { TellingTimes } from './telling-times'
import { eventWords, nounFor, stateOf, subjectAndVerb } from './words'

const PRESENT = { hour: "this hour's", day: "today's", month: "this month's" } as const

/** What is so, as a sentence without its full stop: `Washing machine draws 2,310 W, over 2,000 W since 14:05`. */
export function whatIs(told: Told): string {
  const { rule, evidence, alias } = told
  // A rule may take silence as what it watches for.
  if (isUnheard(evidence)) return silence(told)
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

function compared(told: Told, side: 'over' | 'under', key: string, limit: number): string {
  const { alias, evidence, times } = told
  const sign = side === 'over' ? 1 : -1
  const isBeyond = !(Number(evidence.value) * sign <= limit * sign)
  const threshold = written(limit, unitFor(key, evidence))
  return `${nowAt(alias, key, evidence)} ${sinceWhen(times, isBeyond, `${side} ${threshold}`, `went ${side} ${threshold}`)}`
}

/** Once raised, it holds until a value is further back, or several are: a single one may not be beyond the limit. */
function sinceWhen(times: TellingTimes, isBeyond: boolean, is: string, became: string): string {
  return isBeyond ? `${is} ${times.since}` : `and ${became} at ${times.at(times.since_ms)}`
}

function outside({ alias, evidence, times }: Told, { key, low, high }: SimpleCondition<'outside'>): string {
  const band = `${formatExactly(low)} to ${written(high, unitFor(key, evidence))}`
  const isBeyond = !(Number(evidence.value) >= low && Number(evidence.value) <= high)
  return `${nowAt(alias, key, evidence)} ${sinceWhen(times, isBeyond, `outside ${band}`, `left ${band}`)}`
}

/** `Heater draws 2,310 W,` or, where the value is not known, `Heater: power is`. */
function nowAt(alias: string, key: string, evidence: Evidence): string {
  const value = valueOf(evidence)
  return value === undefined ? `${alias}: ${nounFor(key)} is` : `${subjectAndVerb(alias, key)} ${value},`
}

function equal({ alias, evidence, times }: Told, { key, value, negate }: SimpleCondition<'equal'>): string {
  const state = stateOf(key, evidence.value ?? (typeof value === 'boolean' ? value !== negate : undefined))
  if (state !== undefined) return `${alias} ${state} ${times.since}`
  const is = valueOf(evidence) ?? (negate ? undefined : String(value))
  const not = negate ? `not ${String(value)}` : ''
  return `${alias}: ${nounFor(key)} is ${[is, not].filter(Boolean).join(', ')} ${times.since}`
}

function changed({ alias, evidence }: Told, { key }: SimpleCondition<'changed'>): string {
  if (key === 'on' && typeof evidence.value === 'boolean') return `${alias} ${eventWords('changed', evidence.value)}`
  const state = stateOf(key, evidence.value)
  if (state !== undefined) return `${alias} ${state} now`
  const previous = evidence.facts?.previous
  const before = valueOf({ ...evidence, ...(previous !== undefined && { value: previous }) })
  const from = previous === undefined || before === undefined ? '' : ` from ${before}`
  const value = valueOf(evidence)
  return `${alias}: ${nounFor(key)} has changed${from}${value === undefined ? '' : ` to ${value}`}`
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
  const since = heard_at === undefined ? `for ${times.duration}` : `since ${times.at(heard_at)}`
  return `${alias} has sent ${key === undefined ? 'nothing' : `no ${nounFor(key)}`} ${since}`
}

/** `Heater has used 80 % of today's 5 kWh (4.02 kWh)`, and on another day: `... of the 5 kWh for 2026-11-20 ...` */
function budget(told: Told, condition: SimpleCondition<'energy' | 'cost'>): string {
  const { alias, evidence, incident } = told
  const step_pct = amountOf(evidence, 'step_pct') ?? condition.steps_pct[incident.level - 1] ?? 100
  const of = `${alias} has ${condition.kind === 'energy' ? 'used' : 'cost'} ${step_pct} % of`
  if (condition.kind === 'energy') {
    const used_kwh = amountOf(evidence, 'energy_kwh') ?? evidence.value
    const used = typeof used_kwh === 'number' ? ` (${measured(used_kwh, 'kWh')})` : ''
    return `${of} ${limitIn(told, condition.period, written(condition.limit_kwh, 'kWh'))}${used}`
  }
  const cost = amountOf(evidence, 'cost') ?? evidence.value
  const spent = typeof cost === 'number' ? ` (${formatMoney(cost, condition.currency)})` : ''
  return `${of} ${limitIn(told, condition.period, formatMoney(condition.limit, condition.currency))}${spent}`
}

/** It may be told only after the period in which it was raised, and with which it ends. */
function limitIn({ incident, times }: Told, period: Period, limit: string): string {
  const past = times.pastPeriod(period, incident.raised_at)
  return past === undefined ? `${PRESENT[period]} ${limit}` : `the ${limit} for ${past}`
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
  const isBeyond = !(Number(evidence.value) <= above)
  const over = `over ${written(above, unitFor(key, evidence))}`
  return `${alias}: ${nounFor(key)} p${percentile} ${is} ${sinceWhen(times, isBeyond, over, `went ${over}`)}`
}

function errorRate({ alias, evidence, times }: Told, { above_pct, window_s }: SimpleCondition<'error_rate'>): string {
  const share = valueOf({ ...evidence, unit: '%' })
  const [most, over] = share === undefined ? [`more than ${above_pct} %`, ''] : [share, `, over ${above_pct} %`]
  return `${alias}: ${most} of what came within ${formatDuration(window_s)} failed${over} ${times.since}`
}

function joined({ alias, evidence, rule, times }: Told): string {
  const value = valueOf(evidence)
  const device = textOf(evidence, 'device')
  const of = device === undefined ? '' : `${device} `
  const detail = evidence.key === undefined || value === undefined ? '' : ` (${of}${nounFor(evidence.key)} ${value})`
  return `${alias}: ${rule.name === '' ? 'what the rule names is so' : rule.name} ${times.since}${detail}`
}
