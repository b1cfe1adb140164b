import { DETAIL_KEYS, type DetailKey } from '../../domain/device-details'
import { MEASURED_FIELDS, MEASURED_KEYS, type MeasuredKey, type NumberField } from '../../domain/reading'
import { CONTROLS } from '../entities/control-table'
import type { KnownDevice, StateKey } from '../known-device'

export type StateValue = number | boolean | string | null

/** One key of a state, and where its value comes from. */
export interface StateField {
  readonly key: StateKey
  /** Undefined where what was known before holds: what is out of the physical range is no news. */
  readonly read: (known: KnownDevice) => StateValue | undefined
}

/** Of a thousandth of the usual currencies; the rest comes from adding fractions. */
const COST_STEPS = 1000
/** Home Assistant refuses longer ones. */
const LONGEST_TEXT = 255

/** All keys that a state can have, in the order in which it has them. */
const STATE_FIELDS: readonly StateField[] = [
  ...MEASURED_KEYS.map(measuredField),
  ...DETAIL_KEYS.map(detailField),
  { key: 'energy_cost', read: ({ energy_cost }) => numberOf(energy_cost, COST_STEPS) },
  { key: 'offline_reason', read: ({ offline_reason = null }) => offline_reason },
]

/** What a state of this device always has: what it has ever told, and what its entities read. */
export function fieldsOf(known: KnownDevice): readonly StateField[] {
  return STATE_FIELDS.filter(({ key }) => known.keys.has(key) || isRead(key, known))
}

function isRead(key: StateKey, { device }: KnownDevice): boolean {
  if (key === 'offline_reason') return true
  if (key === 'on') return device?.features.includes('relay') === true
  return CONTROLS.some(({ sets, feature }) => sets === key && device?.features.includes(feature))
}

function measuredField(key: MeasuredKey): StateField {
  const field = MEASURED_FIELDS[key]
  if (field.type === 'number') return { key, read: ({ reading }) => inRange(reading?.[key], field) }
  return {
    key,
    read: ({ reading }) => {
      const value = reading?.[key]
      return typeof value === 'boolean' ? value : null
    },
  }
}

function inRange(value: unknown, { minimum, maximum, resolution }: NumberField): number | null | undefined {
  if (typeof value !== 'number') return null
  return value >= minimum && value <= maximum ? rounded(value, Math.round(1 / resolution)) : undefined
}

function detailField(key: DetailKey): StateField {
  return {
    key,
    read: ({ details }) => {
      const value = details[key]
      if (typeof value === 'number') return numberOf(value, 1)
      return typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : (value ?? null)
    },
  }
}

function numberOf(value: number | undefined, steps: number): number | null {
  return value !== undefined && Number.isFinite(value) ? rounded(value, steps) : null
}

/** Never -0, which would be a change. */
export function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps + 0
}
