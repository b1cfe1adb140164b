import type { JSONSchemaType } from 'ajv'
import { MEASURED_FIELDS, READING_SCHEMA, TIMESTAMP_RANGE } from './reading'

const DAY_MS = 86_400_000

/**
 * What a device itself says it has used in an hour or a day that is over. No reading: nobody measured it at a moment, and
 * it is never mixed with readings.
 */
export interface RecordedEnergy {
  device_id: string
  parent_id?: string
  alias: string
  model: string
  host: string
  /** Start, ms since the epoch, UTC. Devices count days from midnight where they are. */
  timestamp: number
  /** An hour or a day; a day in which clocks change is 23 or 25 hours long. */
  duration_ms: number
  used_kwh: number
}

const { device_id, parent_id, alias, model, host } = READING_SCHEMA.properties as Record<string, object>

export const RECORDED_ENERGY_SCHEMA = {
  $id: 'recorded-energy',
  type: 'object',
  properties: {
    ...{ device_id, parent_id, alias, model, host },
    timestamp: { type: 'number', ...TIMESTAMP_RANGE },
    duration_ms: { type: 'number', minimum: 1, maximum: 31 * DAY_MS },
    used_kwh: { type: 'number', minimum: 0, maximum: MEASURED_FIELDS.energy_month_kwh.maximum },
  },
  required: ['device_id', 'alias', 'model', 'host', 'timestamp', 'duration_ms', 'used_kwh'],
  additionalProperties: false,
} as unknown as JSONSchemaType<RecordedEnergy>
