import type { Message, Send } from '../../shared/input'
import type { Outcome, Workplace } from './workplace'

/** How the store does. */
export function statistics({ cache, write, copy }: Workplace, message: Message, send: Send): Outcome {
  write(message, copy(cache.statistics()))
  send([message, null])
  return 'done'
}
