import { invalid } from '../../domain/errors'
import { isMeasuredKey, MEASURED_KEYS, type MeasuredKey } from '../../domain/reading'
import type { HistoryQuery } from '../database'
import { decodeCursor, positionOf, type HistoryCursor } from './history-cursor'
import { parseMoment } from '../time-range'
import { parseBucket, parseZone } from './bucket-query'

export const HISTORY_LIMITS = {
  limit: { minimum: 1, maximum: 10_000 },
  device_ids: 1000,
} as const

export const HISTORY_DEFAULTS = { from: '-24h', to: 'now', order: 'newest-first', limit: 1000 } as const

const KEYS = ['from', 'to', 'device_ids', 'fields', 'order', 'limit', 'cursor', 'bucket', 'time_zone']
const ORDERS = ['newest-first', 'oldest-first']

type Given = Readonly<Record<string, unknown>>

/**
 * A checked query from what a person or a flow gave; everything has a default. `from`, `to`: ms since the epoch, ISO
 * text with its zone, `now`, or relative to now (`-24h`). `device_ids`, `fields`: a list, or text with commas.
 * `bucket`: ms or text such as `5m`, aligned to the epoch; `hour`, `day` or `month` of `time_zone` (IANA name, that of the
 * machine by default); `auto`: what makes a chart of some 300 to 500 points. `cursor`: of the page before, which also keeps a relative range where it was.
 * @throws MonitorError `INPUT_INVALID`, `CURSOR_INVALID`, naming the field, the value and the range
 */
export function parseHistoryQuery(input: unknown, now_ms: number): HistoryQuery {
  const given = objectOf(input)
  const cursor = isGiven(given.cursor) ? decodeCursor(given.cursor) : undefined
  const range = parseRange(given, now_ms, cursor)
  const time_zone = isGiven(given.time_zone) || isGiven(given.bucket) ? parseZone(given.time_zone) : undefined
  const query: HistoryQuery = {
    ...range,
    device_ids: parseDevices(given.device_ids),
    fields: parseFields(given.fields),
    order: parseOrder(given.order),
    limit: parseLimit(given.limit),
    ...(isGiven(given.bucket) && { bucket: parseBucket(given.bucket, time_zone, range) }),
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
