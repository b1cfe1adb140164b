import { refuse } from './refuse'
import { DEEPEST_JOIN, MOST_JOINED } from './rule'

/**
 * Nothing is known yet of `rule` but that somebody has given it.
 * @throws MonitorError `CONFIG_INVALID` where its conditions are joined too deeply, or are too many in all
 */
export function checkJoined(rule: unknown, at: string): void {
  let count = 0

  function visit(condition: unknown, depth: number, path: string): void {
    const conditions = own(condition, 'conditions')
    if (!Array.isArray(conditions)) return
    if (depth > DEEPEST_JOIN) refuse(path, condition, `at most ${DEEPEST_JOIN} joined in one another`)
    for (const [index, one] of conditions.entries()) {
      if (++count > MOST_JOINED) {
        refuse(at, own(rule, 'condition'), `at most ${MOST_JOINED} joined conditions in all`)
      }
      visit(one, depth + 1, `${path}.conditions[${index}]`)
    }
  }

  visit(own(rule, 'condition'), 1, at)
}

function own(given: unknown, key: string): unknown {
  return typeof given === 'object' && given !== null ? Object.getOwnPropertyDescriptor(given, key)?.value : undefined
}
