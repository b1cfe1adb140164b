import type { Evidence } from '../conditions/condition'

const LONGEST_NAME = 128
const LONGEST_TEXT = 256
const MOST_FACTS = 20
const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/

type Value = number | boolean | string

/** A name that somebody else has chosen, as one line. */
export function boundedName(name: string): string {
  return clip(name, LONGEST_NAME)
}

/** A copy in which what devices and topics have said is of bounded length. */
export function boundedEvidence({ key, value, unit, threshold, facts }: Evidence): Evidence {
  return Object.freeze({
    ...(key !== undefined && { key }),
    ...(value !== undefined && { value: bounded(value) }),
    ...(unit !== undefined && { unit }),
    ...(threshold !== undefined && { threshold: bounded(threshold) }),
    ...(facts !== undefined && { facts: boundedFacts(facts) }),
  })
}

function boundedFacts(facts: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const kept = Object.entries(facts).slice(0, MOST_FACTS)
  return Object.freeze(Object.fromEntries(kept.map(([name, value]) => [name, bounded(value)])))
}

function bounded(value: Value): Value {
  return typeof value === 'string' ? clip(value, LONGEST_TEXT) : value
}

function clip(text: string, longest: number): string {
  const line = text.slice(0, 2 * longest).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  return line.length <= longest ? line : `${line.slice(0, longest - 1).replace(HALF_A_CHARACTER, '')}…`
}
