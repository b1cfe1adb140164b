import { isMeasuredKey, MEASURED_FIELDS, type Reading, TIMESTAMP_RANGE } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import { type Line, READING, RECORDED_ENERGY } from './line'

/** The reading that a line holds; undefined where it holds something else or a value of another type. Fields not known are left out. */
export function readingOf(line: Line): Reading | undefined {
  if (line.measurement !== READING) return undefined
  const description = descriptionOf(line)
  const quality = line.fields.get('quality')
  if (description === undefined || (quality !== 'good' && quality !== 'suspect')) return undefined
  const reading: Reading = { ...description, source: 'poll', quality }
  const measured: Record<string, unknown> = reading as unknown as Record<string, unknown>
  for (const [key, value] of line.fields) {
    if (!isMeasuredKey(key)) continue
    if (typeof value !== MEASURED_FIELDS[key].type) return undefined
    measured[key] = value
  }
  return reading
}

/** What a device has recorded itself; undefined where the line holds something else or a value of another type. */
export function recordedOf(line: Line): RecordedEnergy | undefined {
  if (line.measurement !== RECORDED_ENERGY) return undefined
  const description = descriptionOf(line)
  const duration_ms = Number(line.tags.get('duration_ms') ?? Number.NaN)
  const used_kwh = line.fields.get('used_kwh')
  if (description === undefined || !Number.isSafeInteger(duration_ms) || typeof used_kwh !== 'number') return undefined
  return { ...description, duration_ms, used_kwh }
}

function descriptionOf({
  tags,
  fields,
  timestamp,
}: Line): Omit<RecordedEnergy, 'duration_ms' | 'used_kwh'> | undefined {
  const device_id = tags.get('device_id')
  const [parent_id, alias, host] = [fields.get('parent_id'), fields.get('alias'), fields.get('host')]
  const { minimum, maximum } = TIMESTAMP_RANGE
  if (device_id === undefined || timestamp < minimum || timestamp > maximum) return undefined
  if (typeof alias !== 'string' || typeof host !== 'string') return undefined
  const description = { device_id, alias, model: tags.get('model') ?? '', host, timestamp }
  if (parent_id === undefined) return description
  return typeof parent_id === 'string' ? { ...description, parent_id } : undefined
}
