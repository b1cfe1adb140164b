import type { Evidence } from '../../conditions/condition'
import { isSilence } from '../../conditions/silence-evidence'
import { plainName } from './plain-text'

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

/** What holds is that nothing is heard of it. A joined condition may mean another device. */
export function isUnheard(evidence: Evidence): boolean {
  return isSilence(evidence) && textOf(evidence, 'device') === undefined
}
