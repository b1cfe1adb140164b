import type { Press } from '../../../../domain/event'
import { TIMESTAMP_RANGE } from '../../../../domain/reading'
import { listOf, numberOf, objectOf, type JsonObject } from '../../json'

/** Entries that are looked at; whoever presses more between two polls loses the oldest. */
export const LOG_ENTRIES = 10
const PRESSES: ReadonlyMap<unknown, Press['press']> = new Map([
  ['singleClick', 'single'],
  ['doubleClick', 'double'],
  ['rotation', 'rotate'],
])

interface Entry {
  readonly id: number
  readonly press: Press | undefined
}

/** Which entries of a button's log have been told. */
export class ButtonLog {
  private last_id: number | undefined

  /**
   * What is new in an answer to `get_trigger_logs`, oldest first. What happened before the first look, or before the log began
   * anew, is nobody's news.
   */
  learn(answer: JsonObject, now: number): Press[] {
    const entries = entriesIn(answer, now)
    const { last_id } = this
    const newest = Math.max(0, ...entries.map(({ id }) => id))
    this.last_id = newest
    if (last_id === undefined || newest < last_id) return []
    return entries
      .filter(({ id }) => id > last_id)
      .sort((one, other) => one.id - other.id)
      .flatMap(({ press }) => press ?? [])
  }
}

function entriesIn({ logs }: JsonObject, now: number): Entry[] {
  const entries = new Map<number, Entry>()
  for (const item of listOf(logs).slice(0, LOG_ENTRIES)) {
    const entry = objectOf(item)
    const id = numberOf(entry?.id)
    if (entry && id !== undefined && id > 0) entries.set(id, { id, press: pressIn(entry, now) })
  }
  return [...entries.values()]
}

function pressIn(entry: JsonObject, now: number): Press | undefined {
  const press = PRESSES.get(entry.event)
  if (!press) return undefined
  const timestamp = timestampIn(entry, now)
  const rotation_deg = press === 'rotate' ? numberOf(objectOf(entry.params)?.rotate_deg) : undefined
  return { press, timestamp, ...(rotation_deg === undefined ? {} : { rotation_deg }) }
}

/** The hub's clock may not be set. */
function timestampIn({ timestamp }: JsonObject, now: number): number {
  const told = (numberOf(timestamp) ?? 0) * 1000
  return told >= TIMESTAMP_RANGE.minimum && told <= now ? told : now
}
