import { invalid } from '../../src/domain/errors'
import type { Message } from '../shared/input'

/** More groups than anything belongs to. */
const MAXIMUM_TAGS = 100
const LONGEST_TTL_S = 604_800

/**
 * A key, pattern or tag: the dialog's, else the message's own property of that name, else its topic. The cache checks what
 * it may look like.
 * @throws MonitorError `INPUT_INVALID` where none of them has one
 */
export function nameFor(field: 'key' | 'pattern' | 'tag', setting: string, message: Message): string {
  const given = [setting.trim(), message[field], message.topic].find((name) => name !== undefined && name !== '')
  if (typeof given === 'string') return given
  if (typeof given === 'number') return String(given)
  throw invalid('INPUT_INVALID', field, given, `text: in the dialog, in msg.${field} or in msg.topic`)
}

/**
 * The dialog's tags and those of `msg.tags`, a list or text with commas.
 * @throws MonitorError `INPUT_INVALID`
 */
export function tagsFor(setting: string, { tags = [] }: Message): string[] {
  const given: unknown = typeof tags === 'string' ? namesIn(tags) : tags
  const range = `at most ${MAXIMUM_TAGS} texts, as a list or separated by commas`
  if (!Array.isArray(given) || !given.every((tag) => typeof tag === 'string')) {
    throw invalid('INPUT_INVALID', 'tags', tags, range)
  }
  const all = [...new Set([...namesIn(setting), ...given])]
  if (all.length > MAXIMUM_TAGS) throw invalid('INPUT_INVALID', 'tags', all.length, range)
  return all
}

/**
 * How long to keep a value: the dialog's time, else `msg.ttl_s`; undefined, or 0, leaves it to the store.
 * @throws MonitorError `INPUT_INVALID`
 */
export function ttlFor(setting_s: number, { ttl_s = 0 }: Message): number | undefined {
  const given = setting_s > 0 ? setting_s : Number(ttl_s === '' ? NaN : ttl_s)
  if (given >= 0 && given <= LONGEST_TTL_S) return given > 0 ? given * 1000 : undefined
  throw invalid('INPUT_INVALID', 'ttl_s', ttl_s, `a number from 0 to ${LONGEST_TTL_S} s`)
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
