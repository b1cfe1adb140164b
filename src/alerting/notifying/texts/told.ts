import type { Evidence } from '../../conditions/condition'
import { unitOf } from '../../conditions/value-evidence'
import type { Incident } from '../../incidents/incident'
import { MOMENTARY, type Rule } from '../../rules/rule'
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

/** What is told of, before a verb: `Heater: “High power”` */
export function nameOf({ alias, rule }: Told): string {
  return rule.name === '' ? `The alert for ${alias}` : `${alias}: “${plainName(rule.name)}”`
}

/** It was so, and is no longer; that it has not ended says nothing. */
export function isMomentary({ kind }: Incident): boolean {
  const kinds: ReadonlySet<string> = MOMENTARY
  return kinds.has(kind)
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
