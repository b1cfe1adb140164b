import { unitOf } from '../../conditions/value-evidence'
import type { ConditionKind } from '../../rules/rule'
import { isUnheard } from './facts'
import { formatDuration, formatExactly, measured, written } from './format'
import { nameOf, type Told } from './told'

/** What it does again and again, and what it did for a while. */
const TURNS: ReadonlyMap<ConditionKind, readonly [string, string]> = new Map([
  ['offline', ['goes offline and comes back', 'went offline']],
])
const SILENCE = ['falls silent and sends again', 'fell silent'] as const

/** Of what comes and goes: whether it is so just now is chance. */
export function whatFlaps(told: Told): string {
  const { rule } = told
  const [turns] = turnsOf(told) ?? []
  const [what, how] =
    turns === undefined ? [`${nameOf(told)} comes and goes`, extremes(told)] : [`${told.alias} ${turns}`, '']
  const within = formatDuration(rule.flapping_within_s)
  const often = rule.flapping_changes === 0 ? '' : `: ${rule.flapping_changes} changes within ${within}`
  return `${what}${often}${how}. It stays one alert until it has been steady for ${within}`
}

/** Of what is over if it stays as it is. */
export function whatPauses(told: Told): string {
  const began_at = told.times.at(told.times.since_ms)
  const [, turned] = turnsOf(told) ?? []
  if (turned !== undefined) return `${told.alias} ${turned} at ${began_at}, and is back for the moment`
  return `${nameOf(told)} began at ${began_at}, and is over for the moment${extremes(told)}`
}

function turnsOf({ incident, rule }: Told): readonly [string, string] | undefined {
  return isUnheard(incident.raised) ? SILENCE : TURNS.get(rule.condition.kind)
}

/** ` (highest 2,310 W, limit 2,000 W)` */
function extremes({ incident, rule }: Told): string {
  const { condition } = rule
  if (!('key' in condition) || condition.key === undefined) return ''
  const unit = unitOf(condition.key)
  const { highest, lowest } = incident
  const highestText = highest === undefined ? [] : [`highest ${measured(highest, unit)}`]
  const lowestText = lowest === undefined ? [] : [`lowest ${measured(lowest, unit)}`]
  const { kind } = condition
  if (kind === 'above') return inBrackets([...highestText, `limit ${written(condition.value, unit)}`])
  if (kind === 'below') return inBrackets([...lowestText, `limit ${written(condition.value, unit)}`])
  if (kind === 'percentile' || kind === 'backlog') {
    return inBrackets([...highestText, `limit ${written(condition.above, unit)}`])
  }
  if (kind !== 'outside') return ''
  const band = `limits ${formatExactly(condition.low)} to ${written(condition.high, unit)}`
  return inBrackets([...lowestText, ...highestText, band])
}

function inBrackets(parts: readonly string[]): string {
  return ` (${parts.join(', ')})`
}
