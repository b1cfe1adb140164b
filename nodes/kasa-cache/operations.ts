import type { Asked, Cache, Found } from '../../src/cache/cache'
import { keyOf } from '../../src/cache/keys'
import { MonitorError, toMonitorError } from '../../src/domain/errors'
import type { Message, Send } from '../shared/input'
import type { SettingsOf } from '../shared/schema'
import { assertJson } from './json-value'
import type { schema } from './kasa-cache.schema'
import { missesOf, note, type Miss } from './misses'
import { nameFor, tagsFor, ttlFor } from './names'
import type { Waiting } from './waiting'

/** What an operation works with; how to get at a message's property is Node-RED's business. */
export interface Workplace {
  readonly cache: Cache
  readonly settings: SettingsOf<typeof schema>
  readonly waiting: Waiting
  readonly read: (message: Message) => unknown
  readonly write: (message: Message, value: unknown) => void
  /** Values of the cache are shared, and whoever gets a message may change it. */
  readonly copy: <Value>(value: Value) => Value
}

/** How an operation ended, for the status. */
export type Outcome = 'hit' | 'miss' | 'kept' | 'not kept' | 'failed' | { readonly deleted: number } | 'done'

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

/** An object of all values whose keys match. */
export async function find({ cache, settings, write, copy }: Workplace, message: Message, send: Send) {
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

/** Keeps a value, which answers those who wait for it. A message with an error tells them that there will be none. */
export async function set(place: Workplace, message: Message, send: Send): Promise<Outcome> {
  const misses = missesOf(message)
  if (message.error !== undefined) return fail(place, message, misses, send)
  const { key, miss } = keyToSet(place, message, misses)
  const open = misses.filter((other) => other !== miss)
  note(message, { key }, open)
  const kept = await keep(place, message, key, miss)
  if (miss?.refresh) return kept ? 'kept' : 'not kept'
  note(message, { key, kept }, open)
  send([message, null])
  return kept ? 'kept' : 'not kept'
}

/** The dialog's key goes before that of the miss: on its way a message may bring other values, too. */
function keyToSet({ settings }: Workplace, message: Message, misses: Miss[]): { key: string; miss?: Miss | undefined } {
  const wanted = settings.key.trim()
  const miss = misses.findLast(({ key }) => wanted === '' || key === keyOf(wanted))
  return { key: miss?.key ?? nameFor('key', wanted, message), miss }
}

async function keep(place: Workplace, message: Message, key: string, miss: Miss | undefined): Promise<boolean> {
  const { cache, settings, read } = place
  try {
    const ttl_ms = ttlFor(settings.ttl_s, message)
    const tags = tagsFor(settings.tags, message)
    // What is not said here holds as it was said when the value was asked for.
    const options = { ...(tags.length > 0 && { tags }), ...(ttl_ms !== undefined && { ttl_ms }) }
    const value = read(message)
    assertJson(settings.property, value)
    if (miss?.turn !== undefined) return await cache.complete({ key, id: miss.turn }, value, options)
    cache.set(key, value, options)
    return true
  } catch (thrown) {
    const error = toMonitorError(thrown)
    await giveUp(cache, miss ? [miss] : [], error.message)
    throw error
  }
}

/** Whatever this message was to bring will not come. */
async function fail({ cache }: Workplace, message: Message, misses: Miss[], send: Send): Promise<Outcome> {
  await giveUp(cache, misses, textOf(message.error))
  note(message, { ...(misses[0] && { key: misses[0].key }), kept: false }, [])
  if (!misses.some(({ refresh }) => refresh)) send([null, message])
  return 'failed'
}

const LONGEST_REASON = 200

/** Those who wait hear at once that they wait in vain. */
async function giveUp(cache: Cache, misses: readonly Miss[], reason: string): Promise<void> {
  const error = new MonitorError('CACHE_LOAD_FAILED', reason.slice(0, LONGEST_REASON))
  for (const { key, turn } of misses) if (turn !== undefined) await cache.fail({ key, id: turn }, error)
}

/** As a Catch node leaves it, or as somebody has put it there. */
function textOf(error: unknown): string {
  const text: unknown = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error
  return typeof text === 'string' ? text : 'no reason was given'
}

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

export function statistics({ cache, write, copy }: Workplace, message: Message, send: Send): Outcome {
  write(message, copy(cache.statistics()))
  note(message, {})
  send([message, null])
  return 'done'
}
