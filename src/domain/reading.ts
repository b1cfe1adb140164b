import type { JSONSchemaType } from 'ajv'

/** What one device said at one moment. What a device did not say is absent: never 0, never null. */
export interface Reading {
  /** Stable: the device's own id or MAC, outlets suffixed; never the address, never the alias. */
  device_id: string
  /** The strip or hub that the device belongs to. */
  parent_id?: string
  alias: string
  model: string
  host: string
  /** When the reply arrived by this machine's clock, ms since the epoch, UTC. */
  timestamp: number
  on?: boolean
  power_w?: number
  voltage_v?: number
  current_a?: number
  /** Lifetime counter kept by us: never falls. */
  energy_kwh?: number
  /** The device's own counters. */
  energy_today_kwh?: number
  energy_month_kwh?: number
  energy_total_kwh?: number
  brightness_pct?: number
  color_temp_k?: number
  hue_deg?: number
  saturation_pct?: number
  temperature_c?: number
  /** What a valve is set to. */
  target_temperature_c?: number
  humidity_pct?: number
  battery_pct?: number
  battery_low?: boolean
  overheated?: boolean
  overloaded?: boolean
  motion?: boolean
  contact_open?: boolean
  water_leak?: boolean
  rssi_dbm?: number
  /** How long the poll took. */
  latency_ms?: number
  /** A cached reading is never written to a database as new. */
  source: 'poll' | 'cache'
  /** `suspect`: a value out of the physical range; kept, but out of totals. */
  quality: 'good' | 'suspect'
}

/** A measured number: its unit, the physical range, and the smallest step worth storing. */
export interface NumberField {
  readonly type: 'number'
  readonly unit: string
  readonly minimum: number
  readonly maximum: number
  readonly resolution: number
}
export interface BooleanField {
  readonly type: 'boolean'
}
export type MeasuredField = NumberField | BooleanField

function number(unit: string, minimum: number, maximum: number, resolution: number): NumberField {
  return { type: 'number', unit, minimum, maximum, resolution }
}
const boolean: BooleanField = { type: 'boolean' }

/** What a device can measure, in the order of the columns. Out of range makes a reading `suspect`. */
export const MEASURED_FIELDS = {
  on: boolean,
  /** Below 0: what a solar plant feeds in through its plug (P410M). */
  power_w: number('W', -4000, 4000, 0.001),
  voltage_v: number('V', 0, 300, 0.001),
  current_a: number('A', 0, 20, 0.001),
  energy_kwh: number('kWh', 0, 1e6, 0.0001),
  energy_today_kwh: number('kWh', 0, 1e3, 0.001),
  energy_month_kwh: number('kWh', 0, 1e4, 0.001),
  energy_total_kwh: number('kWh', 0, 1e6, 0.001),
  brightness_pct: number('%', 0, 100, 1),
  color_temp_k: number('K', 0, 20_000, 1),
  hue_deg: number('°', 0, 360, 1),
  saturation_pct: number('%', 0, 100, 1),
  temperature_c: number('°C', -60, 120, 0.01),
  target_temperature_c: number('°C', -60, 120, 0.01),
  humidity_pct: number('%', 0, 100, 0.01),
  battery_pct: number('%', 0, 100, 1),
  battery_low: boolean,
  overheated: boolean,
  overloaded: boolean,
  motion: boolean,
  contact_open: boolean,
  water_leak: boolean,
  rssi_dbm: number('dBm', -130, 20, 1),
  latency_ms: number('ms', 0, 600_000, 0.1),
} as const satisfies Record<string, MeasuredField>

export type MeasuredKey = keyof typeof MEASURED_FIELDS

/** The measured keys in column order. */
export const MEASURED_KEYS = Object.keys(MEASURED_FIELDS) as MeasuredKey[]

export function isMeasuredKey(key: string): key is MeasuredKey {
  return Object.hasOwn(MEASURED_FIELDS, key)
}

/** Ends of the ms range that a timestamp may have: 2000-01-01 to 2100-01-01, UTC. */
export const TIMESTAMP_RANGE = { minimum: 946_684_800_000, maximum: 4_102_444_800_000 } as const

// Stores cut a text at NUL and replace lone surrogates, so that two such ids would become one.
const id = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[^\\p{Cc}\\p{Cs}]*$' } as const
const optional = Object.fromEntries(
  Object.entries(MEASURED_FIELDS).map(([key, field]) => [key, { type: field.type, nullable: true }]),
) as Record<string, { type: 'number' | 'boolean'; nullable: true }>

/**
 * The JSON Schema of a reading: the single source of its shape. Measured values have no range here, because a value
 * out of the physical range is kept and marked, not refused.
 */
export const READING_SCHEMA = {
  $id: 'reading',
  type: 'object',
  properties: {
    device_id: id,
    parent_id: { ...id, nullable: true },
    alias: { type: 'string', maxLength: 256 },
    model: { type: 'string', maxLength: 64 },
    host: { type: 'string', maxLength: 256 },
    timestamp: { type: 'number', ...TIMESTAMP_RANGE },
    ...optional,
    source: { type: 'string', enum: ['poll', 'cache'] },
    quality: { type: 'string', enum: ['good', 'suspect'] },
  },
  required: ['device_id', 'alias', 'model', 'host', 'timestamp', 'source', 'quality'],
  additionalProperties: false,
} as unknown as JSONSchemaType<Reading>

const NUMBER_FIELDS: ReadonlyMap<string, NumberField> = new Map(
  Object.entries(MEASURED_FIELDS).filter((entry): entry is [MeasuredKey, NumberField] => entry[1].type === 'number'),
)

/** True where it says what is used. */
export function isMeasuring({ energy_kwh, power_w }: Pick<Reading, 'energy_kwh' | 'power_w'>): boolean {
  return energy_kwh !== undefined || power_w !== undefined
}

/** True where every measured number is finite and inside its physical range. */
export function isPhysical(reading: Reading): boolean {
  // The few keys that a reading has, not the many that it could have: this runs at every poll.
  for (const key in reading) {
    const value = reading[key as MeasuredKey]
    if (typeof value !== 'number') continue
    const field = NUMBER_FIELDS.get(key)
    if (field !== undefined && !(value >= field.minimum && value <= field.maximum)) return false
  }
  return true
}
