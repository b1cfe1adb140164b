import type { Cache } from '../../../src/cache/cache'
import { keyOf } from '../../../src/cache/keys'
import { MonitorError, toMonitorError } from '../../../src/domain/errors'
import type { Message, Send } from '../../shared/input'
import { assertJson } from '../json-value'
import { missesOf, note, type Miss } from '../misses'
import { nameFor, tagsFor, ttlFor } from '../names'
import type { Outcome, Workplace } from './workplace'

/** Keeps a value, which answers those who wait for it. A message with an error tells them that there will be none. */
export async function set(place: Workplace, message: Message, send: Send): Promise<Outcome> {
  const misses = missesOf(message)
  if (message.error) return fail(place, message, misses, send)
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
    const options = { tags, ...(ttl_ms !== undefined && { ttl_ms }) }
    const value = read(message)
    assertJson(settings.property, value)
    if (miss?.turn !== undefined) return await cache.complete({ key, id: miss.turn }, value, options)
    return cache.set(key, value, options)
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
