import type { ConditionKind } from '../../rules/rule'
import { amountOf } from './facts'
import { formatList } from './format'
import { plainName } from './plain-text'
import type { Told } from './told'

const MOST_NAMED = 8

/** While it is so, and when it is over. */
const PLURALS: ReadonlyMap<ConditionKind, readonly [string, string]> = new Map([
  ['offline', ['are offline', 'are back online']],
  ['no_data', ['send nothing', 'send again']],
])

/** Of many that are one incident: `12 devices are offline since 14:05: A, B, C and 9 more`. */
export function whatMany({ incident, rule, evidence, times }: Told): string {
  const isOver = incident.state === 'resolved'
  const names = membersOf(isOver ? incident.left : incident.members)
  const count = Math.max(names.length, isOver ? 0 : (amountOf(evidence, 'devices') ?? 0))
  const devices = count === 1 ? '1 device' : `${count} devices`
  const [is, was] = PLURALS.get(rule.condition.kind) ?? [undefined, undefined]
  const named = rule.name === '' ? devices : `${devices}: ${rule.name}`
  const what = isOver
    ? `${was === undefined ? `${named} is over` : `${devices} ${was}`} after ${times.duration}`
    : `${is === undefined ? named : `${devices} ${is}`} ${times.since}`
  return names.length === 0 ? what : `${what}: ${formatList(names, count, MOST_NAMED)}`
}

export function membersOf(aliases: Readonly<Record<string, string>> | undefined): string[] {
  return Object.values(aliases ?? {}).map(plainName)
}
