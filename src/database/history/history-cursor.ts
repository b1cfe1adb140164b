import { createHash } from 'node:crypto'
import { invalid } from '../../domain/errors'
import type { HistoryQuery } from '../database'

/** Where a page ended: rows are ordered by timestamp, then by device. */
export interface HistoryPosition {
  readonly timestamp: number
  readonly device_id: string
}

/** What a cursor carries: the end of a page, and the range, which may have been given relative to another moment. */
export interface HistoryCursor extends HistoryPosition {
  readonly from: number
  readonly to: number
  readonly fingerprint: string
}

const CURSOR_LENGTH = 1024

export function encodeCursor(query: HistoryQuery, position: HistoryPosition): string {
  const content = [fingerprint(query), query.from, query.to, position.timestamp, position.device_id]
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** @throws MonitorError `CURSOR_INVALID` where it is no cursor of ours */
export function decodeCursor(given: unknown): HistoryCursor {
  if (typeof given === 'string' && given.length <= CURSOR_LENGTH) {
    const [print, from, to, timestamp, device_id, ...rest] = contentOf(given)
    const times = [from, to, timestamp]
    if (typeof print === 'string' && typeof device_id === 'string' && rest.length === 0 && times.every(isTime)) {
      return { fingerprint: print, from, to, timestamp, device_id } as HistoryCursor
    }
  }
  throw invalid('CURSOR_INVALID', 'cursor', given, 'the cursor of the page before')
}

/** @throws MonitorError `CURSOR_INVALID` where the cursor belongs to another query */
export function positionOf(query: HistoryQuery): HistoryPosition | undefined {
  if (query.cursor === undefined) return undefined
  const { fingerprint: given, timestamp, device_id } = decodeCursor(query.cursor)
  if (given === fingerprint(query)) return { timestamp, device_id }
  throw invalid('CURSOR_INVALID', 'cursor', query.cursor, 'the cursor of the same query')
}

function contentOf(cursor: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(content) ? content : []
  } catch {
    return []
  }
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value)
}

/** Everything that decides which rows come in which order; not the page size, which may change between pages. */
function fingerprint(query: HistoryQuery): string {
  const { from, to, device_ids, fields, order, bucket } = query
  const content = JSON.stringify([from, to, [...device_ids].sort(), [...fields].sort(), order, bucket ?? 0])
  return createHash('sha256').update(content).digest('base64url').slice(0, 12)
}
