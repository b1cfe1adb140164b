import type { HistoryPosition } from './history-cursor'

export type HistoryOrder = 'oldest-first' | 'newest-first'

/** Below 0 where `a` comes before `b`: by timestamp, then by device. */
export function compareOldestFirst(a: HistoryPosition, b: HistoryPosition): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp
  return a.device_id < b.device_id ? -1 : Number(a.device_id > b.device_id)
}

/**
 * Ordered sources as one ordered stream, taking from each no more than is needed. `undefined` says that the stream is
 * still at work, so that its reader can let others have a turn.
 */
export function* merge<Row extends HistoryPosition>(
  sources: readonly Iterable<Row>[],
  order: HistoryOrder,
): Generator<Row | undefined> {
  const sign = order === 'oldest-first' ? 1 : -1
  const heads: { row: Row; rest: Iterator<Row> }[] = []
  for (const source of sources) {
    const rest = source[Symbol.iterator]()
    const first = rest.next()
    if (first.done !== true) heads.push({ row: first.value, rest })
    yield undefined
  }
  while (heads.length > 0) {
    const index = firstOf(heads, sign)
    const head = heads[index] as (typeof heads)[number]
    yield head.row
    const next = head.rest.next()
    if (next.done === true) heads.splice(index, 1)
    else head.row = next.value
  }
}

function firstOf(heads: readonly { row: HistoryPosition }[], sign: number): number {
  let best = 0
  for (let index = 1; index < heads.length; index += 1) {
    const row = heads[index]?.row as HistoryPosition
    if (sign * compareOldestFirst(row, heads[best]?.row as HistoryPosition) < 0) best = index
  }
  return best
}
