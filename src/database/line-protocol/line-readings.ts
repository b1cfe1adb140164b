import { MEASURED_FIELDS, MEASURED_KEYS, type Reading, TIMESTAMP_RANGE } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import { type Line, READING, RECORDED_ENERGY } from './line'
import { originalText } from './line-text'

/** The reading that a line holds; undefined where it holds something else or a value of another type. Fields not known are left out. */
export function readingOf({ measurement, tags, fields, timestamp }: Line): Reading | undefined {
  const device_id = tags.get('device_id')
  const quality = fields.get('quality')
  if (measurement !== READING || device_id === undefined || (quality !== 'good' && quality !== 'suspect'))
    return undefined
  const model = tags.get('model') ?? ''
  const reading: Reading = { device_id, alias: '', model, host: '', timestamp, source: 'poll', quality }
  return describe(reading, fields) && measure(reading, fields) ? reading : undefined
}

/** What a device has recorded itself; undefined where the line holds something else or a value of another type. */
export function recordedOf(line: Line): RecordedEnergy | undefined {
  if (line.measurement !== RECORDED_ENERGY) return undefined
  const { tags, fields, timestamp } = line
  const device_id = tags.get('device_id')
  const duration_ms = Number(tags.get('duration_ms') ?? Number.NaN)
  const used_kwh = fields.get('used_kwh')
  if (device_id === undefined || !Number.isSafeInteger(duration_ms) || typeof used_kwh !== 'number') return undefined
  const model = tags.get('model') ?? ''
  const record: RecordedEnergy = { device_id, alias: '', model, host: '', timestamp, duration_ms, used_kwh }
  return describe(record, fields) ? record : undefined
}

// What follows fills in objects rather than spreading them: an object that was spread takes 20 times as long to grow.

function describe(item: Reading | RecordedEnergy, fields: Line['fields']): boolean {
  const [alias, host, parent_id] = [fields.get('alias'), fields.get('host'), fields.get('parent_id')]
  const { minimum, maximum } = TIMESTAMP_RANGE
  if (typeof alias !== 'string' || typeof host !== 'string') return false
  item.alias = originalText(alias)
  item.host = originalText(host)
  if (typeof parent_id === 'string') item.parent_id = originalText(parent_id)
  else if (parent_id !== undefined) return false
  return item.timestamp >= minimum && item.timestamp <= maximum
}

function measure(reading: Reading, fields: Line['fields']): boolean {
  const measured = reading as unknown as Record<string, unknown>
  for (const key of MEASURED_KEYS) {
    const value = fields.get(key)
    if (value === undefined) continue
    if (typeof value !== MEASURED_FIELDS[key].type) return false
    measured[key] = value
  }
  return true
}
