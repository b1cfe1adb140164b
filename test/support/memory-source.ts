import type { DatabaseRecord, RecordSource } from '../../src/database/history/record-source'
import { MonitorError } from '../../src/domain/errors'
import type { Reading } from '../../src/domain/reading'

interface Behaviour {
  readonly window_ms?: number
  /** A range that holds more records than this is refused. */
  readonly most?: number
}

/** Readings in memory, in another order of one moment each time. */
export class MemorySource implements RecordSource {
  readonly window_ms: number
  questions = 0

  constructor(
    private readonly readings: readonly Reading[],
    private readonly behaviour: Behaviour = {},
  ) {
    this.window_ms = behaviour.window_ms ?? Number.POSITIVE_INFINITY
  }

  select: RecordSource['select'] = async (query) => {
    const sign = query.order === 'oldest-first' ? 1 : -1
    const found = this.within(query).filter(
      (reading) => query.needed.length === 0 || query.needed.some((key) => reading[key] !== undefined),
    )
    const sorted = found.sort(() => Math.random() - 0.5).sort((one, other) => sign * (one.timestamp - other.timestamp))
    return sorted.slice(0, query.limit).map(recordOf)
  }

  first: RecordSource['first'] = async (selection, order) => {
    const times = this.readings.filter(isIn(selection)).map(({ timestamp }) => timestamp)
    if (times.length === 0) return undefined
    return order === 'oldest-first' ? Math.min(...times) : Math.max(...times)
  }

  newest: RecordSource['newest'] = async (selection) => {
    const newest = new Map<string, Reading>()
    for (const reading of this.readings.filter(isIn(selection))) {
      if ((newest.get(reading.device_id)?.timestamp ?? 0) < reading.timestamp) newest.set(reading.device_id, reading)
    }
    return [...newest.values()].map(recordOf)
  }

  private within(selection: Parameters<typeof isIn>[0]): Reading[] {
    this.questions++
    const found = this.readings.filter(isIn(selection))
    if (found.length > (this.behaviour.most ?? Number.POSITIVE_INFINITY)) {
      throw new MonitorError('QUERY_TOO_LARGE', 'too many files')
    }
    return found
  }
}

export function isIn({ from, to, device_ids }: { from: number; to: number; device_ids: readonly string[] }) {
  return ({ timestamp, device_id }: Reading) =>
    timestamp >= from && timestamp < to && (device_ids.length === 0 || device_ids.includes(device_id))
}

export function recordOf(reading: Reading): DatabaseRecord {
  return { timestamp: reading.timestamp, get: (column) => reading[column as keyof Reading] }
}
