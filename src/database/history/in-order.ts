import { MonitorError } from '../../domain/errors'
import type { HistoryOrder } from './merge'
import type { DatabaseRecord, RecordQuery, RecordSource, TimeRange } from './record-source'

/** A range that is refused although it is this short is not asked for in parts any more. */
const LEAST_WINDOW_MS = 60_000
/** What one moment may hold. */
const MOST_OF_A_MOMENT = 100_000

/**
 * The records of a range, whole moments at a time. Servers differ in the order of records of one moment: where a limit
 * cut an answer short, its last moment is read again.
 */
export async function* inOrder(source: RecordSource, query: RecordQuery): AsyncGenerator<DatabaseRecord[]> {
  const { order } = query
  let rest: TimeRange = query
  let window_ms = source.window_ms
  let limit = query.limit
  while (rest.from < rest.to) {
    const range = windowOf(rest, order, window_ms)
    const records = await unlessTooLarge(source.select({ ...query, ...range, limit }), range)
    if (records === undefined) {
      window_ms = (range.to - range.from) / 4
      continue
    }
    assertInOrder(records, range, order)
    if (records.length >= limit) {
      const last = (records.at(-1) as DatabaseRecord).timestamp
      const whole = records.filter(({ timestamp }) => timestamp !== last)
      if (whole.length === 0) {
        limit = moreThan(limit)
        continue
      }
      yield whole
      rest = restFrom(rest, order, last)
      window_ms = 2 * Math.max(1, Math.abs(last - (order === 'oldest-first' ? range.from : range.to)))
      limit = query.limit
      continue
    }
    if (records.length > 0) yield records
    rest = order === 'oldest-first' ? { from: range.to, to: rest.to } : { from: rest.from, to: range.from }
    if (rest.from >= rest.to) return
    if (records.length === 0) {
      const next = await source.first({ ...query, ...rest }, order)
      if (next === undefined) return
      rest = restFrom(rest, order, next)
    } else if (records.length < limit / 2) window_ms *= records.length < limit / 8 ? 8 : 2
  }
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof MonitorError && error.code === 'QUERY_TOO_LARGE'
}

/** What was asked for; undefined where it is too much at once and less may be asked for. */
export async function unlessTooLarge<Answer>(asked: Promise<Answer>, range: TimeRange): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isTooLarge(error) && range.to - range.from > LEAST_WINDOW_MS) return undefined
    throw error
  }
}

export function windowOf({ from, to }: TimeRange, order: HistoryOrder, window_ms: number): TimeRange {
  const length_ms = Math.max(1, Math.ceil(window_ms))
  return order === 'oldest-first'
    ? { from, to: Math.min(to, from + length_ms) }
    : { from: Math.max(from, to - length_ms), to }
}

function restFrom({ from, to }: TimeRange, order: HistoryOrder, timestamp: number): TimeRange {
  return order === 'oldest-first' ? { from: timestamp, to } : { from, to: timestamp + 1 }
}

function moreThan(limit: number): number {
  if (limit < MOST_OF_A_MOMENT) return limit * 4
  throw new MonitorError('DATABASE_INVALID', `The database holds more than ${limit} records of one moment`)
}

/** Without this an odd answer could be asked for again without end. */
function assertInOrder(records: readonly DatabaseRecord[], { from, to }: TimeRange, order: HistoryOrder): void {
  let last = order === 'oldest-first' ? from : to - 1
  for (const { timestamp } of records) {
    const isNext =
      order === 'oldest-first' ? timestamp >= last && timestamp < to : timestamp <= last && timestamp >= from
    if (!isNext) throw new MonitorError('DATABASE_INVALID', 'The database answers with records that were not asked for')
    last = timestamp
  }
}
