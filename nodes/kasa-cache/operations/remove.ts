import type { Message, Send } from '../../shared/input'
import { note } from '../misses'
import { nameFor } from '../names'
import type { Outcome, Workplace } from './workplace'

/** Takes values away, and what is being brought for their keys is not kept. */
export async function remove(place: Workplace, what: Removal, message: Message, send: Send): Promise<Outcome> {
  const { deleted, ...named } = await removed(place, what, message)
  note(message, { ...named, deleted })
  send([message, null])
  return { deleted }
}

export type Removal = Extract<Workplace['settings']['operation'], `delete${string}`>

async function removed({ cache, settings }: Workplace, what: Removal, message: Message) {
  switch (what) {
    case 'delete': {
      const key = nameFor('key', settings.key, message)
      return { key, deleted: await cache.delete(key) }
    }
    case 'delete-matching': {
      const pattern = nameFor('pattern', settings.pattern, message)
      return { pattern, deleted: await cache.deleteMatching(pattern) }
    }
    case 'delete-tagged': {
      const tag = nameFor('tag', settings.tag, message)
      return { tag, deleted: await cache.deleteTagged(tag) }
    }
  }
}
