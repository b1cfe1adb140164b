import { READING, RECORDED_ENERGY } from '../line-protocol/line'
import type { Measurement, TierMeasurement } from './record-source'

/** Where the rows of a tier are. */
export function tierMeasurement(tier: string): TierMeasurement {
  return `${READING}_${tier}`
}

/** A field that every record of a measurement has. */
export function markOf(measurement: Measurement): string {
  if (measurement === READING) return 'quality'
  return measurement === RECORDED_ENERGY ? 'used_kwh' : 'samples'
}

/** What belongs to the series of a measurement; everything else is a field. */
export function tagsOf(measurement: Measurement): readonly string[] {
  if (measurement === READING) return ['device_id', 'model']
  return measurement === RECORDED_ENERGY ? ['device_id', 'model', 'duration_ms'] : ['device_id']
}
