import { createHash } from 'node:crypto'
import { invalid } from '../domain/errors'

/** Longer keys are hashed; their beginning stays, so that patterns find them. */
const LONGEST_KEY = 200
const BEGINNING = 100
const LONGEST_NAME = 65_536
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/**
 * A key as all levels use it.
 * @throws MonitorError `INPUT_INVALID` naming `key`
 */
export function keyOf(key: unknown): string {
  const name = checkedName('key', key)
  if (name.length <= LONGEST_KEY) return name
  return `${name.slice(0, BEGINNING)}#${createHash('sha256').update(name).digest('base64url')}`
}

/** @throws MonitorError `INPUT_INVALID` naming `pattern` */
export function patternOf(pattern: unknown): string {
  return checkedName('pattern', pattern)
}

/** @throws MonitorError `INPUT_INVALID` naming `tag` */
export function tagOf(tag: unknown): string {
  return checkedName('tag', tag, LONGEST_KEY)
}

/** Whether a key is meant by a pattern, in which `*` stands for any run of characters. */
export function matcherOf(pattern: string): (key: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const regex = new RegExp(`^${parts.join('[^]*')}$`)
  return (key) => regex.test(key)
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
