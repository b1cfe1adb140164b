import { matcherOf } from '../../domain/wildcards'
import type { RedisNames } from './redis-names'
import type { RedisNode } from './redis-session'

/** Looked at in one step, which holds Redis up. */
const STEP_NAMES = '1000'

/** Keys in Redis that match, some at a time, of one server after the other; some may come twice. */
export async function* findKeys(
  nodes: readonly RedisNode[],
  names: RedisNames,
  pattern: string,
  kinds: 'e' | '[el]',
  isOver: () => boolean,
): AsyncGenerator<readonly string[]> {
  const matches = matcherOf(pattern)
  const wanted = names.scan(pattern, kinds)
  for (const node of nodes) {
    let cursor = '0'
    do {
      const reply = await node.send(['SCAN', cursor, 'MATCH', wanted, 'COUNT', STEP_NAMES])
      const [next, found] = Array.isArray(reply) ? (reply as unknown[]) : []
      cursor = String(next ?? '0')
      const keys = Array.isArray(found) ? found.map((name) => names.parse(String(name))?.key) : []
      // Redis has other ideas of a pattern, and not every name is one of ours.
      yield keys.filter((key) => key !== undefined && matches(key)) as string[]
    } while (cursor !== '0' && !isOver())
  }
}
