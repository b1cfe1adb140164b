import { invalid } from '../domain/errors'
import { TIMESTAMP_RANGE } from '../domain/reading'

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const DURATION = /^(\d{1,12})(ms|s|m|h|d|w)$/
// A date alone is midnight UTC; a time without a zone would depend on the machine, so it is refused.
const ISO_MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/

/** A length of time in ms, from ms or text such as `90s`, `5m`, `1h`, `1d`; undefined where it is neither. */
export function parseDuration(given: unknown): number | undefined {
  if (typeof given === 'number') return Number.isSafeInteger(given) && given >= 0 ? given : undefined
  const match = typeof given === 'string' ? DURATION.exec(given.trim()) : null
  if (!match) return undefined
  const duration_ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]
  return Number.isSafeInteger(duration_ms) ? duration_ms : undefined
}

/** A moment, and whether it moves with the time of asking. */
export interface Moment {
  readonly timestamp: number
  readonly relative: boolean
}

/**
 * From ms since the epoch, ISO text with its zone, `now`, or text relative to now such as `-24h`.
 * @param words that the caller takes besides, for the error
 * @throws MonitorError `INPUT_INVALID`
 */
export function parseMoment(field: string, given: unknown, now_ms: number, words: readonly string[] = []): Moment {
  const moment = readMoment(given, now_ms)
  const { minimum, maximum } = TIMESTAMP_RANGE
  if (moment && moment.timestamp >= minimum && moment.timestamp <= maximum) return moment
  const names = ['now', ...words].map((word) => `"${word}"`).join(', ')
  const range = `ms since the epoch, ISO text with its zone, ${names}, or "-24h", 2000 to 2100`
  throw invalid('INPUT_INVALID', field, given, range)
}

function readMoment(given: unknown, now_ms: number): Moment | undefined {
  const text = typeof given === 'string' ? given.trim() : ''
  if (text === 'now') return { timestamp: now_ms, relative: true }
  if (text.startsWith('-')) {
    const ago_ms = parseDuration(text.slice(1))
    return ago_ms === undefined ? undefined : { timestamp: now_ms - ago_ms, relative: true }
  }
  const timestamp = parseInstant(given)
  return timestamp === undefined ? undefined : { timestamp, relative: false }
}

/** Of ms since the epoch, or ISO text with its zone; undefined where it is neither, and NaN where there is no such day. */
export function parseInstant(given: unknown): number | undefined {
  if (typeof given === 'number') return Math.trunc(given)
  if (given instanceof Date) return given.getTime()
  if (typeof given !== 'string') return undefined
  const text = given.trim()
  if (/^\d{10,15}$/.test(text)) return Number(text)
  return ISO_MOMENT.test(text) ? Date.parse(text) : undefined
}
