import type { Asked, Found } from '../../../src/cache/cache'
import { keyOf } from '../../../src/cache/keys'
import { MonitorError } from '../../../src/domain/errors'
import type { Message, Send } from '../../shared/input'
import { note } from '../misses'
import { nameFor, tagsFor } from '../names'
import type { Outcome, Workplace } from './workplace'

/** Leaves by the first output with the value, or by the second to bring it; equal misses wait for the one that does. */
export async function get(place: Workplace, message: Message, send: Send): Promise<Outcome> {
  const key = keyOf(nameFor('key', place.settings.key, message))
  const { found, turn } = await ask(place, key, message)
  if (!found) {
    note(message, { key, hit: false, ...(turn && { turn: turn.id }) })
    send([null, message])
    return 'miss'
  }
  const refresh = turn && place.copy(message)
  sendFound(place, message, key, found, send)
  if (refresh) {
    // What else is open, the other message brings.
    note(refresh, { key, hit: false, turn: turn.id, refresh: true }, [])
    send([null, refresh])
  }
  return 'hit'
}

async function ask({ cache, settings, waiting }: Workplace, key: string, message: Message): Promise<Asked> {
  const tags = tagsFor(settings.tags, message)
  if (settings.wait_s === 0) {
    const found = await cache.get(key)
    return found ? { found } : {}
  }
  // Others need not wait for a message that goes nowhere.
  const late = ({ turn }: Asked) => void (turn && cache.fail(turn, new MonitorError('CLOSED', 'The node was closed')))
  return waiting.until(() => cache.ask(key, { wait_ms: settings.wait_s * 1000, tags }), late)
}

function sendFound({ write, copy }: Workplace, message: Message, key: string, found: Found, send: Send): void {
  const { value, from, age_ms, stale } = found
  write(message, copy(value))
  note(message, { key, hit: from, age_ms, stale })
  send([message, null])
}
