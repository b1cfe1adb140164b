import { DEVICE_FEATURES, DEVICE_KINDS } from '../../domain/device'
import { RETRY_BY_CODE } from '../../domain/errors'
import { MEASURED_FIELDS, READING_SCHEMA, TIMESTAMP_RANGE, type MeasuredField } from '../../domain/reading'

const text = { type: 'string' } as const

/** ms since the epoch, UTC. */
export const TIMESTAMP = { type: 'number', ...TIMESTAMP_RANGE, description: 'ms since the epoch, UTC' } as const

const measured = Object.entries<MeasuredField>(MEASURED_FIELDS).map(([key, field]) => {
  return [key, field.type === 'number' ? { type: 'number', description: field.unit } : { type: 'boolean' }] as const
})

/** A reading. What a device did not say is absent. */
export const READING = {
  type: 'object',
  properties: {
    device_id: text,
    parent_id: text,
    alias: text,
    model: text,
    host: text,
    timestamp: TIMESTAMP,
    ...Object.fromEntries(measured),
    source: { enum: ['poll', 'cache'] },
    quality: { enum: ['good', 'suspect'] },
  },
  required: READING_SCHEMA.required,
} as const

/** A `FleetDevice`. */
export const DEVICE = {
  type: 'object',
  properties: {
    host: text,
    alias: text,
    state: { enum: ['unknown', 'online', 'offline'] },
    device_id: text,
    device: {
      type: 'object',
      description: 'What it is. Absent before the first contact.',
      properties: {
        device_id: text,
        parent_id: text,
        alias: text,
        model: text,
        host: text,
        kind: { enum: DEVICE_KINDS },
        integration: text,
        mac: text,
        firmware: text,
        hardware: text,
        features: { type: 'array', items: { enum: DEVICE_FEATURES } },
        on: { type: 'boolean' },
      },
      required: ['device_id', 'alias', 'model', 'host', 'kind', 'integration', 'features'],
    },
    reading: READING,
    details: { type: 'object', description: 'How it is set.' },
    interval_ms: { type: 'number', description: 'Between two polls, before the budget of the fleet.' },
    error: {
      type: 'object',
      description: 'Why it is not online.',
      properties: { code: { enum: Object.keys(RETRY_BY_CODE) }, message: text },
      required: ['code', 'message'],
    },
  },
  required: ['host', 'alias', 'state'],
} as const
