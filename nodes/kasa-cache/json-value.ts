import { MonitorError } from '../../src/domain/errors'

/** What to do about values that people try to keep most often. */
const ADVICE = {
  Buffer: 'Choose "a UTF-8 string" or "a parsed JSON object" in the node that makes it',
  Date: 'Make it milliseconds or text',
  number: 'JSON knows neither NaN nor Infinity',
} as const

/**
 * Refuses what JSON would drop or change without a word: buffers, dates, functions, NaN, instances of classes. Properties
 * that are undefined may go: absent means the same. Circles are found when it is made JSON.
 * @throws MonitorError `INPUT_INVALID` naming the place
 */
export function assertJson(field: string, value: unknown): void {
  const left: [place: string, value: unknown][] = [[field, value]]
  const seen = new Set<object>()
  for (let next = left.pop(); next; next = left.pop()) {
    const [place, part] = next
    const kind = foreignKind(part)
    if (kind) throw refusal(place, kind)
    if (typeof part !== 'object' || part === null || seen.has(part)) continue
    seen.add(part)
    for (const [key, inner] of Object.entries(part)) {
      if (inner !== undefined || Array.isArray(part)) left.push([`${place}.${key}`, inner])
    }
  }
}

/** Undefined where JSON has the like. */
function foreignKind(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : 'number'
    case 'object':
      if (value === null || Array.isArray(value) || isPlain(value)) return undefined
      return Buffer.isBuffer(value) ? 'Buffer' : classOf(value)
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      return typeof value
  }
}

function classOf(value: object): string {
  const name = Object.prototype.toString.call(value).slice(8, -1)
  return name === 'Object' ? 'instance of a class' : name
}

/** Made by `{}` or JSON; in a Function node that is another `Object` than ours. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function refusal(field: string, kind: string): MonitorError {
  const range = `JSON: text, finite numbers, true, false, null, lists and plain objects`
  const advice = kind in ADVICE ? ADVICE[kind as keyof typeof ADVICE] : ''
  const message = `${field}: a value of type ${kind} is not allowed; expected ${range}${advice && `. ${advice}`}`
  return new MonitorError('INPUT_INVALID', message, { details: { field, range } })
}
