import type { Message, Send } from '../../shared/input'
import { note } from '../misses'
import { nameFor } from '../names'
import type { Outcome, Workplace } from './workplace'

/** An object of all values whose keys match. */
export async function find(
  { cache, settings, write, copy }: Workplace,
  message: Message,
  send: Send,
): Promise<Outcome> {
  const pattern = nameFor('pattern', settings.pattern, message)
  const found = [...(await cache.find(pattern))]
  if (found.length === 0) {
    note(message, { pattern, hit: false, count: 0 })
    send([null, message])
    return 'miss'
  }
  write(message, Object.fromEntries(found.map(([name, { value }]) => [name, copy(value)])))
  const hit = found.some(([, { from }]) => from === 'redis') ? 'redis' : 'memory'
  note(message, { pattern, hit, count: found.length })
  send([message, null])
  return 'hit'
}
