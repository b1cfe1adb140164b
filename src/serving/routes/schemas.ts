import { SEVERITIES } from '../../alerting/rules/rule'
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

const FIELD_STATISTICS = {
  type: 'object',
  properties: {
    mean: { type: 'number', description: 'By time: each value holds until the next.' },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    p50: { type: 'number' },
    p95: { type: 'number' },
  },
  required: ['mean', 'minimum', 'maximum'],
} as const

/** A `HistoryRow`. */
export const HISTORY_ROW = {
  type: 'object',
  properties: {
    device_id: text,
    timestamp: TIMESTAMP,
    quality: { enum: ['good', 'suspect'] },
    ...Object.fromEntries(measured),
  },
  required: ['device_id', 'timestamp', 'quality'],
} as const

const number = { type: 'number' } as const

/** A `DeviceStatistics`. */
export const DEVICE_STATISTICS = {
  type: 'object',
  properties: {
    device_id: text,
    count: { type: 'integer', minimum: 0, description: 'Readings.' },
    covered_s: number,
    energy_kwh: number,
    fields: {
      type: 'object',
      description: 'By name of the field.',
      additionalProperties: {
        type: 'object',
        properties: {
          ...{ mean: number, minimum: number, maximum: number, median: number },
          deviation: { type: 'number', description: 'Standard deviation from the mean.' },
          ...{ p5: number, p25: number, p75: number, p95: number, p99: number },
          trend_per_h: { type: 'number', description: 'Rise in an hour, by the straight line that fits best.' },
        },
        required: ['mean', 'minimum', 'maximum', 'median', 'deviation', 'p5', 'p25', 'p75', 'p95', 'p99'],
      },
    },
  },
  required: ['device_id', 'count', 'covered_s', 'fields'],
} as const

const ENERGY_SOURCE = { enum: ['counter', 'integral', 'mixed'] } as const

/** A `HistoryBucket`. */
export const HISTORY_BUCKET = {
  type: 'object',
  properties: {
    device_id: text,
    timestamp: { ...TIMESTAMP, description: 'Begin of the bucket, ms since the epoch, UTC' },
    bucket_ms: { type: 'number', description: 'Its length: local days may have 23 or 25 hours.' },
    count: { type: 'integer', minimum: 0, description: 'Readings in it.' },
    covered_s: { type: 'number', description: 'How much of it the readings cover.' },
    energy_kwh: { type: 'number' },
    energy_source: ENERGY_SOURCE,
    fields: { type: 'object', additionalProperties: FIELD_STATISTICS, description: 'By name of the field.' },
  },
  required: ['device_id', 'timestamp', 'bucket_ms', 'count', 'covered_s', 'fields'],
} as const

const COST = {
  type: 'object',
  description: 'In the currency of the report.',
  properties: {
    energy: { type: 'number' },
    service: { type: 'number' },
    demand: { type: 'number' },
    tax: { type: 'number' },
    total: { type: 'number' },
    by_price: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: text, energy_kwh: { type: 'number' }, cost: { type: 'number' } },
        required: ['name', 'energy_kwh', 'cost'],
      },
    },
  },
  required: ['tax', 'total', 'by_price'],
} as const

const ENERGY_ROW = {
  type: 'object',
  properties: {
    device_id: text,
    timestamp: TIMESTAMP,
    duration_ms: { type: 'number' },
    energy_kwh: { type: 'number', description: 'Absent where nothing is known.' },
    energy_source: ENERGY_SOURCE,
    completeness: { type: 'number', minimum: 0, maximum: 1 },
    highest_kw: { type: 'number', description: 'The highest mean power over demand_minutes.' },
    estimated: { const: true, description: 'Of a longer time, spread evenly over it.' },
    cost: COST,
  },
  required: ['timestamp', 'duration_ms', 'completeness'],
} as const

/** An `EnergyReport`. */
export const ENERGY_REPORT = {
  type: 'object',
  properties: {
    from: TIMESTAMP,
    to: TIMESTAMP,
    period: text,
    time_zone: text,
    demand_minutes: { type: 'number' },
    tariff: text,
    currency: text,
    rows: { type: 'array', items: ENERGY_ROW, description: 'Each period: all devices together, then each.' },
    devices: { type: 'array', items: ENERGY_ROW, description: 'Each device over the range.' },
    total: ENERGY_ROW,
  },
  required: ['from', 'to', 'period', 'time_zone', 'demand_minutes', 'rows', 'devices', 'total'],
} as const

/** An `Incident`. */
export const INCIDENT = {
  type: 'object',
  properties: {
    id: text,
    rule_id: text,
    rule_name: text,
    kind: text,
    device_id: text,
    alias: text,
    severity: { enum: SEVERITIES },
    state: { enum: ['firing', 'recovering', 'resolved'] },
    flapping: { type: 'boolean' },
    raised_at: TIMESTAMP,
    resolved_at: TIMESTAMP,
    duration_s: { type: 'number' },
    acknowledged_at: TIMESTAMP,
    acknowledged_by: text,
  },
  required: ['id', 'rule_id', 'rule_name', 'device_id', 'alias', 'severity', 'state', 'raised_at', 'duration_s'],
} as const

const STATE = { enum: ['ok', 'degraded', 'failed'] } as const

/** Every part, and the worst of their states. */
export const HEALTH = {
  type: 'object',
  properties: {
    state: STATE,
    parts: {
      type: 'array',
      items: {
        type: 'object',
        properties: { kind: text, name: text, state: STATE, code: text, message: text },
        required: ['kind', 'name', 'state'],
      },
    },
  },
  required: ['state', 'parts'],
} as const
