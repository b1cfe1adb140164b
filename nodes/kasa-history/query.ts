import { invalid } from '../../src/domain/errors'
import type { Message } from '../shared/input'

/** Settings of the dialog that a message may replace. */
export const QUERY_KEYS = ['from', 'to', 'device_ids', 'fields', 'order', 'limit', 'bucket', 'time_zone'] as const
export type QueryKey = (typeof QUERY_KEYS)[number]
export type QuerySettings = Readonly<Record<QueryKey, unknown>>

type Given = Readonly<Record<string, unknown>>

/**
 * What the message asks for, if anything: `msg.query`, or a payload that is an object. Other payloads, such as the time
 * that an Inject node sends, ask for nothing.
 * @throws MonitorError `INPUT_INVALID`
 */
export function askedBy(message: Message): Given | undefined {
  if (isObject(message.query)) return message.query
  if (message.query !== undefined) throw invalid('INPUT_INVALID', 'query', message.query, 'an object')
  return isObject(message.payload) ? message.payload : undefined
}

/** The dialog's settings, with what the message gives instead, for `parseHistoryQuery`. */
export function withSettings(settings: QuerySettings, asked: Given = {}, cursor?: unknown): Given {
  const query = new Map<string, unknown>(QUERY_KEYS.map((key) => [key, settings[key]]))
  for (const [key, value] of Object.entries(asked)) query.set(key, value)
  // After what was asked: on the second page that still has the cursor which the first page began at.
  if (cursor !== undefined) query.set('cursor', cursor)
  return Object.fromEntries(query)
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}
