import { checkCondition } from './condition-check'
import { checkGroupsOf, type Groups } from './groups'
import { refuse } from './refuse'
import type { ConditionRule, Rule } from './rule'
import { checkTemplate } from './templates'

/** One coming or going alone is no flapping. */
const FEWEST_FLAPPING = 2

/**
 * What a schema cannot say.
 * @param groups where they are given, every `@name` has to be one of them
 * @throws MonitorError `CONFIG_INVALID` naming the path
 */
export function checkRule(rule: Rule, at: string, groups: Groups | undefined): void {
  const { devices, at_least, out_of, flapping_changes, together, many_from, labels } = rule
  if (groups !== undefined) checkGroupsOf(devices, groups, `${at}.devices`)
  if (at_least > out_of) refuse(`${at}.at_least`, at_least, `at most out_of, which is ${out_of}`)
  if (flapping_changes > 0 && flapping_changes < FEWEST_FLAPPING) {
    refuse(`${at}.flapping_changes`, flapping_changes, `0 or at least ${FEWEST_FLAPPING}`)
  }
  if (many_from > 0 && together !== 'each') {
    refuse(`${at}.many_from`, many_from, `0, because the devices are one by their ${together}`)
  }
  checkCondition(rule.condition, `${at}.condition`)
  checkTogether(together, rule.condition, `${at}.together`)
  for (const key of ['title', 'text', 'resolved_text'] as const) checkTemplate(rule[key], labels, `${at}.${key}`)
}

/** What happens to a device does not happen to a group, and only a sum of energies is an energy. */
function checkTogether(together: Rule['together'], condition: ConditionRule, at: string): void {
  if (together === 'each') return
  if ('conditions' in condition) {
    for (const part of condition.conditions) checkTogether(together, part, at)
    return
  }
  const { kind, device } = condition
  if (device !== undefined) return
  if (kind === 'event' || kind === 'error_rate') refuse(at, together, `each, because a group has no ${kind}`)
  if ((kind === 'energy' || kind === 'cost') && together !== 'sum') refuse(at, together, `each or sum with ${kind}`)
}
