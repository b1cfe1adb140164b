import { createHash } from 'node:crypto'
import { invalid } from '../domain/errors'

/** Longer keys are hashed; their beginning stays, so that patterns find them. */
const LONGEST_KEY = 200
const BEGINNING = 150
const LONGEST_NAME = 65_536
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/**
 * A key as all levels use it: at most 200 characters. The key of a key is itself, because `find` gives back keys.
 * @throws MonitorError `INPUT_INVALID` naming `key`
 */
export function keyOf(key: unknown): string {
  return hashedWhereLong(checkedName('key', key))
}

/**
 * With `*`, at most 150 characters may stand before the first: of the keys that are hashed, no more is left.
 * @throws MonitorError `INPUT_INVALID` naming `pattern`
 */
export function patternOf(pattern: unknown): string {
  const name = checkedName('pattern', pattern).replace(/\*+/g, '*')
  const beginning = name.indexOf('*')
  if (beginning < 0) return hashedWhereLong(name)
  if (beginning <= BEGINNING && name.length <= LONGEST_KEY) return name
  const range = `at most ${BEGINNING} characters before the first *, and ${LONGEST_KEY} in all`
  throw invalid('INPUT_INVALID', 'pattern', pattern, range)
}

/** @throws MonitorError `INPUT_INVALID` naming `tag` */
export function tagOf(tag: unknown): string {
  return copyOf(checkedName('tag', tag, LONGEST_KEY))
}

/** A text that is kept: V8 holds the whole of a text for every part that was cut out of it. */
export function copyOf(text: string): string {
  return Buffer.from(text).toString()
}

/** The last reading of a device, while it is young. */
export const liveKey = (device_id: string): string => keyOf(`live:${device_id}`)
/** What a device is. */
export const deviceKey = (device_id: string): string => keyOf(`device:${device_id}`)
/** Everything that was computed from the data of a device. */
export const deviceTag = (device_id: string): string => tagOf(`device:${device_id}`)

function checkedName(field: string, name: unknown, longest = LONGEST_NAME): string {
  if (typeof name === 'string' && name !== '' && name.length <= longest && !UNPRINTABLE.test(name)) return name
  throw invalid('INPUT_INVALID', field, name, `1 to ${longest} characters, none of them a control character`)
}

function hashedWhereLong(name: string): string {
  if (name.length <= LONGEST_KEY) return name
  // Half of a pair is no character.
  const beginning = name.slice(0, BEGINNING).replace(/\p{Cs}$/u, '')
  return copyOf(`${beginning}#${createHash('sha256').update(name).digest('base64url')}`)
}
