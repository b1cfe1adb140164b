import { MEASURED_FIELDS, TIMESTAMP_RANGE, type MeasuredKey, type Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { HistoryRow } from '../database'
import { originalText } from '../line-protocol/line-text'
import type { DatabaseRecord } from './record-source'

/** What every row needs. */
export const ROW_COLUMNS = ['device_id', 'quality'] as const
/** What a reading needs beyond its values. */
export const READING_COLUMNS = ['device_id', 'model', 'alias', 'host', 'parent_id', 'quality'] as const
export const RECORDED_COLUMNS = [
  ...['device_id', 'model', 'duration_ms'],
  ...['alias', 'host', 'parent_id', 'used_kwh'],
] as const

/** Undefined where it is no record of ours; a value of another type than ours counts as absent. */
export function rowOf(record: DatabaseRecord, keys: readonly MeasuredKey[]): HistoryRow | undefined {
  const device_id = deviceOf(record)
  const quality = record.get('quality')
  if (device_id === undefined || (quality !== 'good' && quality !== 'suspect')) return undefined
  const row: HistoryRow = { device_id, timestamp: record.timestamp, quality }
  return withValues(row, record, keys)
}

export function readingOf(record: DatabaseRecord, keys: readonly MeasuredKey[]): Reading | undefined {
  const row = rowOf(record, [])
  if (row === undefined) return undefined
  const { device_id, timestamp, quality } = row
  const reading: Reading = { device_id, ...descriptionOf(record), timestamp, source: 'poll', quality }
  return withValues(reading, record, keys)
}

export function recordedOf(record: DatabaseRecord): RecordedEnergy | undefined {
  const device_id = deviceOf(record)
  const duration_ms = Number(record.get('duration_ms') ?? Number.NaN)
  const used_kwh = record.get('used_kwh')
  if (device_id === undefined || !Number.isSafeInteger(duration_ms)) return undefined
  if (typeof used_kwh !== 'number' || !Number.isFinite(used_kwh)) return undefined
  return { device_id, ...descriptionOf(record), timestamp: record.timestamp, duration_ms, used_kwh }
}

function deviceOf(record: DatabaseRecord): string | undefined {
  const device_id = record.get('device_id')
  const { minimum, maximum } = TIMESTAMP_RANGE
  if (typeof device_id !== 'string' || device_id === '') return undefined
  return record.timestamp >= minimum && record.timestamp <= maximum ? originalText(device_id) : undefined
}

function descriptionOf(record: DatabaseRecord): Pick<Reading, 'parent_id' | 'alias' | 'model' | 'host'> {
  const parent_id = textOf(record.get('parent_id'))
  return {
    ...(parent_id !== '' && { parent_id }),
    alias: textOf(record.get('alias')),
    model: textOf(record.get('model')),
    host: textOf(record.get('host')),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? originalText(value) : ''
}

function withValues<Target extends Partial<Pick<Reading, MeasuredKey>>>(
  target: Target,
  record: DatabaseRecord,
  keys: readonly MeasuredKey[],
): Target {
  const values = target as Partial<Record<MeasuredKey, unknown>>
  for (const key of keys) {
    const value = record.get(key)
    if (typeof value !== MEASURED_FIELDS[key].type) continue
    if (typeof value !== 'number' || Number.isFinite(value)) values[key] = value
  }
  return target
}
