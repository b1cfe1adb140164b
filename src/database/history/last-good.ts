import { MOST_SUSPECTS } from '../roll-up/sample'
import { inOrder } from './in-order'
import type { DatabaseRecord, RecordSource, Selection } from './record-source'

/**
 * Of each device the last good reading in the range, as far as `MOST_SUSPECTS` lets it count, and the suspect ones behind it; those of
 * one device in the order of time.
 * @param columns with the device's id and the quality
 */
export async function lastGood(
  source: RecordSource,
  selection: Selection,
  columns: readonly string[],
): Promise<DatabaseRecord[]> {
  const found: DatabaseRecord[] = []
  for (const record of await source.newest(selection, columns)) {
    if (isSuspect(record)) for (const one of await behindSuspects(source, selection, columns, record)) found.push(one)
    else found.push(record)
  }
  return found
}

async function behindSuspects(
  source: RecordSource,
  selection: Selection,
  columns: readonly string[],
  last: DatabaseRecord,
): Promise<DatabaseRecord[]> {
  const device_ids = [String(last.get('device_id'))]
  const query = { ...selection, device_ids, to: last.timestamp + 1, columns, needed: [] }
  const found: DatabaseRecord[] = []
  for await (const records of inOrder(source, { ...query, order: 'newest-first', limit: MOST_SUSPECTS + 1 })) {
    for (const record of records) {
      found.push(record)
      if (!isSuspect(record)) return found.reverse()
      if (found.length > MOST_SUSPECTS) return []
    }
  }
  return []
}

function isSuspect(record: DatabaseRecord): boolean {
  return record.get('quality') === 'suspect'
}
