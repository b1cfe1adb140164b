import { invalid } from '../../domain/errors'
import { isMeasuredKey, MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'
import type { HistoryQuery } from '../database'
import { decodeCursor, positionOf, type HistoryCursor } from './history-cursor'
import { parseDuration, parseMoment } from '../time-range'

export const HISTORY_LIMITS = {
  limit: { minimum: 1, maximum: 10_000 },
  bucket_ms: { minimum: 1000, maximum: 31 * 86_400_000 },
  /** Of one device in the range. */
  buckets: 100_000,
  device_ids: 1000,
} as const

export const HISTORY_DEFAULTS = { from: '-24h', to: 'now', order: 'newest-first', limit: 1000 } as const

const KEYS = ['from', 'to', 'device_ids', 'fields', 'order', 'limit', 'cursor', 'bucket']
const ORDERS = ['newest-first', 'oldest-first']

type Given = Readonly<Record<string, unknown>>

/**
 * A checked query from what a person or a flow gave; everything has a default. `from`, `to`: ms since the epoch, ISO
 * text with its zone, `now`, or relative to now (`-24h`). `device_ids`, `fields`: a list, or text with commas.
 * `bucket`: ms, or text such as `5m`. `cursor`: of the page before, which also keeps a relative range where it was.
 * @throws MonitorError `INPUT_INVALID`, `CURSOR_INVALID`, naming the field, the value and the range
 */
export function parseHistoryQuery(input: unknown, now_ms: number): HistoryQuery {
  const given = objectOf(input)
  const cursor = isGiven(given.cursor) ? decodeCursor(given.cursor) : undefined
  const range = parseRange(given, now_ms, cursor)
  const bucket_ms = isGiven(given.bucket) ? parseBucket(given.bucket, range) : undefined
  const query: HistoryQuery = {
    ...range,
    device_ids: parseDevices(given.device_ids),
    fields: parseFields(given.fields),
    order: parseOrder(given.order),
    limit: parseLimit(given.limit),
    ...(bucket_ms === undefined ? {} : { bucket_ms }),
    ...(cursor === undefined ? {} : { cursor: given.cursor as string }),
  }
  positionOf(query)
  return query
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function objectOf(input: unknown): Given {
  if (!isGiven(input)) return {}
  if (typeof input !== 'object' || Array.isArray(input)) throw invalid('INPUT_INVALID', 'query', input, 'an object')
  const given = new Map(Object.entries(input as object))
  for (const key of given.keys()) {
    if (!KEYS.includes(key)) throw invalid('INPUT_INVALID', 'query', key, `only the keys ${KEYS.join(', ')}`)
  }
  return Object.fromEntries(given)
}

function parseRange(given: Given, now_ms: number, cursor: HistoryCursor | undefined): { from: number; to: number } {
  const start = parseMoment('from', isGiven(given.from) ? given.from : HISTORY_DEFAULTS.from, now_ms)
  const end = parseMoment('to', isGiven(given.to) ? given.to : HISTORY_DEFAULTS.to, now_ms)
  const from = start.relative ? (cursor?.from ?? start.timestamp) : start.timestamp
  const to = end.relative ? (cursor?.to ?? end.timestamp) : end.timestamp
  if (from < to) return { from, to }
  throw invalid('INPUT_INVALID', 'to', given.to ?? HISTORY_DEFAULTS.to, `a moment after from (${isoText(from)})`)
}

function isoText(timestamp: number): string {
  return new Date(timestamp).toISOString()
}

function parseBucket(given: unknown, range: { from: number; to: number }): number {
  const { minimum, maximum } = HISTORY_LIMITS.bucket_ms
  const bucket_ms = parseDuration(given)
  if (bucket_ms === undefined || bucket_ms < minimum || bucket_ms > maximum) {
    throw invalid('INPUT_INVALID', 'bucket', given, 'ms or text such as "5m", 1s to 31d')
  }
  const buckets = Math.ceil((range.to - range.from) / bucket_ms)
  if (buckets <= HISTORY_LIMITS.buckets) return bucket_ms
  const least_s = Math.ceil((range.to - range.from) / HISTORY_LIMITS.buckets / 1000)
  throw invalid('INPUT_INVALID', 'bucket', given, `at least ${least_s}s for this range`)
}

function parseList(field: string, given: unknown): string[] {
  if (!isGiven(given)) return []
  const list: unknown[] = Array.isArray(given) ? given : typeof given === 'string' ? given.split(',') : [given]
  const texts = list.map((entry) => {
    if (typeof entry !== 'string' || entry.trim() === '') throw invalid('INPUT_INVALID', field, entry, 'text')
    return entry.trim()
  })
  return [...new Set(texts)]
}

function parseDevices(given: unknown): string[] {
  const device_ids = parseList('device_ids', given)
  if (device_ids.length <= HISTORY_LIMITS.device_ids) return device_ids
  throw invalid('INPUT_INVALID', 'device_ids', device_ids.length, `at most ${HISTORY_LIMITS.device_ids} devices`)
}

function parseFields(given: unknown): MeasuredKey[] {
  return parseList('fields', given).map((field) => {
    if (isMeasuredKey(field)) return field
    throw invalid('INPUT_INVALID', 'fields', field, `one of ${MEASURED_KEYS.join(', ')}`)
  })
}

function parseOrder(given: unknown): HistoryQuery['order'] {
  if (!isGiven(given)) return HISTORY_DEFAULTS.order
  if (typeof given === 'string' && ORDERS.includes(given)) return given as HistoryQuery['order']
  throw invalid('INPUT_INVALID', 'order', given, `one of ${ORDERS.join(', ')}`)
}

function parseLimit(given: unknown): number {
  if (!isGiven(given)) return HISTORY_DEFAULTS.limit
  const { minimum, maximum } = HISTORY_LIMITS.limit
  const limit = typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : given
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= minimum && limit <= maximum) return limit
  throw invalid('INPUT_INVALID', 'limit', given, `a whole number from ${minimum} to ${maximum}`)
}
