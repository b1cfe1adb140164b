import type { Cache, Found } from '../../src/cache/cache'
import { keyOf } from '../../src/cache/keys'
import { MonitorError, toMonitorError } from '../../src/domain/errors'
import type { Message, Send } from '../shared/input'
import type { SettingsOf } from '../shared/schema'
import { assertJson } from './json-value'
import type { schema } from './kasa-cache.schema'
import { missesOf, note, turnOf, type Miss } from './misses'
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
  const { cache, settings, waiting } = place
  const key = nameFor('key', settings.key, message)
  const options = { wait_ms: settings.wait_s * 1000, tags: tagsFor(settings.tags, message) }
  const { found, turn } = await waiting.until(
    () => cache.ask(key, options),
    // Others need not wait for a message that goes nowhere.
    (late) => void (late.turn && cache.fail(late.turn, new MonitorError('CLOSED', 'The node was closed'))),
  )
  if (!found) {
    note(message, { key: turn?.key ?? key, hit: false, ...(turn && { turn: turn.id }) })
    send([null, message])
    return 'miss'
  }
  const refresh = turn && place.copy(message)
  sendFound(place, message, key, found, send)
  if (refresh) {
    // What else is open, the other message brings.
    note(refresh, { key: turn.key, hit: false, turn: turn.id, refresh: true }, [])
    send([null, refresh])
  }
  return 'hit'
}

function sendFound({ write, copy }: Workplace, message: Message, key: string, found: Found, send: Send): void {
  const { value, from, age_ms, stale } = found
  write(message, copy(value))
  note(message, { key, hit: from, age_ms, stale })
  send([message, null])
}

/** An object of all values whose keys match. */
export async function find({ cache, settings, write, copy }: Workplace, message: Message, send: Send) {
  const key = nameFor('pattern', settings.pattern, message)
  const found = [...(await cache.find(key))]
  if (found.length === 0) {
    note(message, { key, hit: false, count: 0 })
    send([null, message])
    return 'miss'
  }
  write(message, Object.fromEntries(found.map(([name, { value }]) => [name, copy(value)])))
  const hit = found.some(([, { from }]) => from === 'redis') ? 'redis' : 'memory'
  note(message, { key, hit, count: found.length })
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
    const options = { tags: tagsFor(settings.tags, message), ...(ttl_ms !== undefined && { ttl_ms }) }
    const value = read(message)
    assertJson(settings.property, value)
    if (miss) return await cache.complete(turnOf(miss), value, options)
    cache.set(key, value, options)
    return true
  } catch (thrown) {
    const error = toMonitorError(thrown)
    if (miss) await cache.fail(turnOf(miss), loadFailed(error.message))
    throw error
  }
}

/** Nobody waits any longer for what this message was to bring. */
async function fail({ cache }: Workplace, message: Message, misses: Miss[], send: Send): Promise<Outcome> {
  const error = loadFailed(textOf(message.error))
  await Promise.all(misses.map((miss) => cache.fail(turnOf(miss), error)))
  note(message, { ...(misses[0] && { key: misses[0].key }), kept: false }, [])
  if (!misses.some(({ refresh }) => refresh)) send([null, message])
  return 'failed'
}

const LONGEST_REASON = 200

function loadFailed(reason: string): MonitorError {
  return new MonitorError('CACHE_LOAD_FAILED', `The value could not be brought: ${reason.slice(0, LONGEST_REASON)}`)
}

/** As a Catch node leaves it, or as somebody has put it there. */
function textOf(error: unknown): string {
  const text: unknown = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error
  return typeof text === 'string' ? text : 'no reason was given'
}

type Delete = Extract<Workplace['settings']['operation'], `delete${string}`>

/** Takes values away, and what is being brought for their keys is not kept. */
export async function remove({ cache, settings }: Workplace, what: Delete, message: Message, send: Send) {
  const { key, deleted } = await removed(cache, settings, what, message)
  note(message, { key, deleted })
  send([message, null])
  return { deleted }
}

async function removed(
  cache: Cache,
  settings: Workplace['settings'],
  what: Delete,
  message: Message,
): Promise<{ key: string; deleted: number }> {
  switch (what) {
    case 'delete': {
      const key = nameFor('key', settings.key, message)
      return { key, deleted: await cache.delete(key) }
    }
    case 'delete-matching': {
      const key = nameFor('pattern', settings.pattern, message)
      return { key, deleted: await cache.deleteMatching(key) }
    }
    case 'delete-tagged': {
      const key = nameFor('tag', settings.tag, message)
      return { key, deleted: await cache.deleteTagged(key) }
    }
  }
}

export function statistics({ cache, write, copy }: Workplace, message: Message, send: Send): Outcome {
  write(message, copy(cache.statistics()))
  note(message, {})
  send([message, null])
  return 'done'
}
