import type { Evidence } from '../../conditions/condition'
import { unitOf } from '../../conditions/value-evidence'
import type { Incident } from '../../incidents/incident'
import type { Rule } from '../../rules/rule'
import { formatBeside, formatDuration, formatNumber, withUnit } from './format'
import { plainName } from './plain-text'
import type { TellingTimes } from './telling-times'

/** One incident as it is told: with its rule, and what is known of it now. */
export interface Told {
  readonly incident: Incident
  readonly rule: Rule
  readonly alias: string
  readonly times: TellingTimes
  readonly evidence: Evidence
}

/** The value with its unit, as precise as it has to be beside its threshold; undefined where it is not known. */
export function valueOf({ value, unit, threshold }: Evidence): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number') return plainName(String(value))
  if (unit === 's') return formatDuration(value)
  const digits = typeof threshold === 'number' ? formatBeside(value, threshold, unit) : formatNumber(value, unit)
  return withUnit(digits, unit)
}

/** The unit of the value of a key, whether or not there is a value. */
export function unitFor(key: string, { unit }: Evidence): string | undefined {
  return unit ?? unitOf(key)
}

/** A fact that is a number. */
export function amountOf({ facts }: Evidence, name: string): number | undefined {
  const value = facts !== undefined && Object.hasOwn(facts, name) ? facts[name] : undefined
  return typeof value === 'number' ? value : undefined
}

/** A fact that is a text. */
export function textOf({ facts }: Evidence, name: string): string | undefined {
  const value = facts !== undefined && Object.hasOwn(facts, name) ? facts[name] : undefined
  return typeof value === 'string' ? plainName(value) : undefined
}
